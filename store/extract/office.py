"""Word, PowerPoint and OpenDocument: packages of XML, read without the programs that made them."""

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from store.extract.common import Found, Unreadable, clean, within_limits

MOST_BYTES = 64 * 1024 * 1024
"""Of one part, unpacked. A report's text is below 5 MB; what unpacks to more is an attack."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PAGE = "\f"

Element = Any
"""An lxml element."""


def read_docx(path: Path) -> Found:
    """One page, or as many as the file says that it was printed on."""
    with _package(path) as archive:
        root = _xml(archive, "word/document.xml")
        # where Word noted the printed pages, the breaks that a writer set are among them
        printed = next(root.iter(f"{_W}lastRenderedPageBreak"), None) is not None
        pages = _pages(_docx_text(root, printed))
        return Found(pages, _title(archive, "docProps/core.xml"))


def read_pptx(path: Path) -> Found:
    """A slide is a page."""
    with _package(path) as archive:
        pages = [clean("".join(_pptx_text(_xml(archive, name)))) for name in _slides(archive)]
        within_limits(sum(map(len, pages)), len(pages))
        return Found(pages, _title(archive, "docProps/core.xml"))


def read_odt(path: Path) -> Found:
    with _package(path) as archive:
        return Found(_pages(_odt_text(_xml(archive, "content.xml"))), _title(archive, "meta.xml"))


def _package(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> Unreadable:
    return Unreadable("malformed", "it is damaged: a part of it is missing or cannot be read")


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    """A part's root. Raises Unreadable for a part that is damaged, too large, or declares entities."""
    try:
        with archive.open(name) as part:
            data = part.read(MOST_BYTES + 1)
    except RuntimeError as error:  # what zipfile raises for a member with a password
        raise Unreadable("encrypted", "it can only be opened with a password") from error
    except (KeyError, OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged() from error
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", "it unpacks to far more than a report's text")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged() from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("malformed", "it declares entities, which no office program writes")
    return root


def _docx_text(root: Element, printed: bool) -> Iterator[str]:
    breaks = {f"{_W}lastRenderedPageBreak": _PAGE} if printed else {}
    marks = breaks | {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    for event, element in _walk(root, skip={f"{_MC}Fallback", f"{_W}del", f"{_W}moveFrom"}):
        if event == "end":
            yield "\n" if element.tag == f"{_W}p" else ""
        elif element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag == f"{_W}br":
            yield _docx_break(element, printed)
        else:
            yield marks.get(element.tag, "")


def _docx_break(element: Element, printed: bool) -> str:
    page = element.get(f"{_W}type") == "page"
    return _PAGE if page and not printed else "\n"


def _pptx_text(root: Element) -> Iterator[str]:
    for event, element in _walk(root, skip={f"{_MC}Fallback"}):
        if event == "end":
            yield "\n" if element.tag == f"{_A}p" else ""
        elif element.tag == f"{_A}t":
            yield element.text or ""
        elif element.tag == f"{_A}br":
            yield "\n"


_ODT_MARKS: dict[str, Callable[[Element], str]] = {
    f"{_T}s": lambda element: " " * min(int(element.get(f"{_T}c") or 1), 100),
    f"{_T}tab": lambda _: "\t",
    f"{_T}line-break": lambda _: "\n",
    f"{_T}soft-page-break": lambda _: _PAGE,
}


def _odt_text(root: Element) -> Iterator[str]:
    body = root.find(f"{_O}body/{_O}text")
    if body is None:
        raise _damaged()
    for event, element in _walk(body, skip={f"{_T}tracked-changes", f"{_O}annotation"}):
        if event == "start":
            mark = _ODT_MARKS.get(element.tag)
            yield mark(element) if mark else element.text or ""
        else:
            yield "\n" if element.tag in (f"{_T}p", f"{_T}h") else ""
            yield element.tail or ""


def _walk(root: Element, skip: set[str]) -> Iterator[tuple[str, Element]]:
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start" and element.tag in skip:
            walker.skip_subtree()
        yield event, element


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """The slides' parts in the order in which they are shown."""
    targets = {one.get("Id"): one.get("Target") or "" for one in _xml(archive, "ppt/_rels/presentation.xml.rels")}
    listed = _xml(archive, "ppt/presentation.xml").iter(f"{_P}sldId")
    found = [targets.get(slide.get(f"{_R}id"), "") for slide in listed]
    return [posixpath.normpath(posixpath.join("/ppt", target)).lstrip("/") for target in found if target]


def _pages(pieces: Iterator[str]) -> list[str]:
    text = "".join(pieces)
    pages = [clean(page) for page in text.split(_PAGE)]
    within_limits(len(text), len(pages))
    return pages


def _title(archive: zipfile.ZipFile, name: str) -> str:
    if name not in archive.namelist():
        return ""
    title = _xml(archive, name).find(f".//{_TITLE}")
    return clean(title.text or "") if title is not None else ""
