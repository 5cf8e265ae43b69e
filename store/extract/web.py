"""Web pages and plain text."""

from pathlib import Path
from typing import TYPE_CHECKING

from store.extract.common import Found, Unreadable, clean, within_limits

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

MOST_BYTES = 16 * 1024 * 1024
_NO_TEXT = ["script", "style", "nav", "noscript", "template"]


def read_html(path: Path) -> Found:
    """The main text without menus and feet, as one page."""
    # trafilatura and what it loads are three times as large as all else here: only for those who read web pages
    import trafilatura
    from bs4 import BeautifulSoup

    data = _bytes(path)
    soup = BeautifulSoup(data, "lxml")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for element in soup(_NO_TEXT):
        element.decompose()
    text = trafilatura.extract(str(soup), include_comments=False, include_tables=True, favor_recall=True)
    return Found([clean(text or _main_text(soup))], clean(title))


def _main_text(soup: "BeautifulSoup") -> str:
    main = soup.find("main") or soup.find(role="main") or soup.body or soup
    return main.get_text("\n", strip=True)


def read_text(path: Path) -> Found:
    """Plain text; a form feed begins a page."""
    data = _bytes(path)
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("wrong_type", "it was called a text, but is none")
    pages = [clean(page) for page in _decoded(data).split("\f")]
    within_limits(0, len(pages))
    return Found(pages)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable("too_large", f"it is larger than {MOST_BYTES // 1024 // 1024} MB, which no page of text is")
    return path.read_bytes()
