"""Reads one document's text; runs in the child process of store.text only, where memory and time are limited."""

from pathlib import Path
from typing import Any

from store.extract import office, pdf, web
from store.extract.common import Found, Unreadable, kind_of

_READERS = {"pdf": pdf.read, "docx": office.read_docx, "pptx": office.read_pptx, "odt": office.read_odt,
            "html": web.read_html, "text": web.read_text}  # fmt: skip


def read_document(path: Path, media_type: str) -> dict[str, Any]:
    """The fields of store.text.Extracted as plain values."""
    try:
        found = _READERS[kind_of(path, media_type)](path)
    except Unreadable as unreadable:
        return {"state": unreadable.state, "pages": [], "title": "", "problem": unreadable.problem}
    except MemoryError:
        return {"state": "too_large", "pages": [], "title": "", "problem": "reading it needs too much memory"}
    return _answer(found)


def _answer(found: Found) -> dict[str, Any]:
    has_text = any(page.strip() for page in found.pages)
    problem = "" if has_text else "there is no text in it, only pictures or empty pages"
    return {"state": "read" if has_text else "no_text", "pages": found.pages, "title": found.title, "problem": problem}
