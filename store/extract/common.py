"""What all readers share: limits, the kind of a file by its first bytes, clean text."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

MOST_PAGES = 5_000
MOST_LETTERS = 20_000_000
# pdfium's marks for a hyphen at the end of a line, whose line break it has taken away
_HYPHEN_MARK = re.compile("[\x02\ufffe]")
_HYPHEN_AT_END = re.compile(r"\b(\w+)[\x02\ufffe]\s*(\w+)")
_SOFT_HYPHEN_AT_END = re.compile(r"\u00ad\s*\n\s*")
# what no text holds, and Postgres does not store: control characters, and halves of characters
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DECLARED = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
}
_NAMES = {"pdf": "a PDF", "docx": "a Word document", "pptx": "a presentation", "odt": "an OpenDocument text"}
_MEMBERS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "content.xml": "odt"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


class Unreadable(Exception):
    """The document has no text for us: `state` as in store.text, `problem` in words."""

    def __init__(self, state: str, problem: str) -> None:
        super().__init__(problem)
        self.state, self.problem = state, problem


@dataclass(frozen=True)
class Found:
    pages: list[str]
    title: str = ""


def kind_of(path: Path, media_type: str) -> str:
    """The reader for a file: what its bytes are, checked against what the server said. Raises Unreadable."""
    declared = _DECLARED.get(media_type.partition(";")[0].strip().lower(), "")
    actual = _kind_by_bytes(path)
    expected = _NAMES.get(declared, "")
    if not actual and declared in ("html", "text"):
        return declared
    if actual == "html" and expected:
        raise Unreadable("wrong_type", f"a web page came where {expected} was expected")
    if not actual and expected:
        raise Unreadable("malformed", f"it is damaged: its first bytes are not those of {expected}")
    if not actual:
        raise Unreadable("wrong_type", f"it is of a kind that is not read ({media_type or 'not stated'})")
    return actual


def _kind_by_bytes(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    if start.startswith(_OLD_OFFICE):
        _refuse_old_office(path)
    return "html" if _HTML.search(start) else ""


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("malformed", "it is damaged: the package in it cannot be opened") from error
    kinds = [kind for name, kind in _MEMBERS.items() if name in names]
    if not kinds:
        raise Unreadable("wrong_type", "it is an archive or a spreadsheet, which are not read")
    return kinds[0]


def _refuse_old_office(path: Path) -> None:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise Unreadable("encrypted", "it can only be opened with a password")
    raise Unreadable("wrong_type", "it is of an old Office format (.doc or .ppt), which is not read")


def undivided(pages: list[str]) -> list[str]:
    """The pages with hyphens at line ends decided: "safe-/guarding" is one word if the document also prints it as one.

    Otherwise the hyphen stays ("multi-/agency"): office programs, which most reports come from, divide no words.
    """
    marked = [bool(_HYPHEN_MARK.search(page)) for page in pages]
    if not any(marked):
        return pages
    printed = set(re.findall(r"\w+", "\n".join(pages).lower()))

    def decided(match: re.Match[str]) -> str:
        joined = match[1] + match[2]
        return joined if joined.lower() in printed else f"{match[1]}-{match[2]}"

    return [_HYPHEN_AT_END.sub(decided, page) if mark else page for page, mark in zip(pages, marked, strict=True)]


def clean(text: str) -> str:
    """Lines end in \\n, words divided by soft hyphens are joined, nothing unprintable is left."""
    joined = _SOFT_HYPHEN_AT_END.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNPRINTABLE.sub("", joined).strip("\n")


def within_limits(letters: int, pages: int) -> None:
    """Raises Unreadable for a text that no report has."""
    if letters > MOST_LETTERS or pages > MOST_PAGES:
        raise Unreadable("too_large", f"it has more than {MOST_PAGES} pages or {MOST_LETTERS} letters")
