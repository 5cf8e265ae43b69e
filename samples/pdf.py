"""PDF files that look like a published report: cover, running heads, page numbers; the same bytes every time."""

from dataclasses import dataclass
from io import BytesIO

from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

_LEFT, _WIDTH = 25 * mm, A4[0] - 50 * mm
_SCANNED_AT = 200
"""Dots per inch."""
_TOP, _BOTTOM = A4[1] - 32 * mm, 25 * mm


@dataclass(frozen=True)
class Sheet:
    """One printed page: a heading and paragraphs, which must fit on it."""

    heading: str
    paragraphs: tuple[str, ...]
    cover: bool = False


def make_pdf(pages: list[Sheet], title: str, author: str = "") -> bytes:
    """The bytes of a PDF with one page per sheet; equal input, equal bytes. ValueError: a sheet too long."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, lang="en-GB")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for number, sheet in enumerate(pages, start=1):
        if not sheet.cover:
            _running_head(canvas, title, number, len(pages))
        _body(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan(pdf: bytes) -> bytes:
    """The same pages as pictures only, as a scanner makes them; equal input, equal bytes."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1)
    with PdfDocument(pdf) as printed:
        for page in printed:
            picture = page.render(scale=_SCANNED_AT / 72, grayscale=True).to_pil()
            canvas.drawImage(ImageReader(picture), 0, 0, *A4)
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _running_head(canvas: Canvas, title: str, number: int, total: int) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(_LEFT, A4[1] - 18 * mm, title)
    canvas.drawRightString(_LEFT + _WIDTH, 15 * mm, f"Page {number} of {total}")


def _body(canvas: Canvas, sheet: Sheet) -> None:
    size = 24 if sheet.cover else 16
    top = _TOP - 60 * mm if sheet.cover else _TOP
    below = _paragraph(canvas, sheet.heading, "Helvetica-Bold", size, top) - size / 2
    for paragraph in sheet.paragraphs:
        below = _paragraph(canvas, paragraph, "Helvetica", 11, below) - 8


def _paragraph(canvas: Canvas, text: str, font: str, size: int, top: float) -> float:
    """Draws wrapped text; returns the height at which the next paragraph may begin."""
    leading = size * 1.35
    lines = simpleSplit(text, font, size, _WIDTH)
    bottom = top - leading * len(lines)
    if bottom < _BOTTOM:
        raise ValueError(f"too long for one page: {text[:60]}")
    canvas.setFont(font, size)
    for index, line in enumerate(lines, start=1):
        canvas.drawString(_LEFT, top - leading * index, line)
    return bottom
