"""PDF, by pdfium."""

from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from store.extract.common import Found, Unreadable, clean, undivided, within_limits


def read(path: Path) -> Found:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise _refusal(error) from error
    try:
        within_limits(0, len(document))
        return Found(
            [clean(page) for page in undivided(_pages(document))],
            clean(str(document.get_metadata_dict().get("Title") or "")),
        )
    finally:
        document.close()


def _pages(document: pypdfium2.PdfDocument) -> list[str]:
    pages: list[str] = []
    letters = 0
    for number in range(len(document)):
        pages.append(_page_text(document, number))
        letters += len(pages[-1])
        within_limits(letters, len(pages))
    if not pages:
        raise Unreadable("malformed", "it is damaged: it has no pages")
    return pages


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    """One page; a page that pdfium cannot read is empty, the others are still worth having."""
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        return str(text_page.get_text_bounded())
    finally:
        text_page.close()
        page.close()


def _refusal(error: pypdfium2.PdfiumError) -> Unreadable:
    if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return Unreadable("encrypted", "it can only be opened with a password")
    return Unreadable("malformed", "it is damaged: it cannot be opened as a PDF")
