"""What a file is and is called: by its first bytes where they tell, else as the server says."""

import io
import re
import zipfile
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
BINARY = "application/octet-stream"

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
OFFICE = "application/vnd.openxmlformats-officedocument."
INSIDE_ZIP = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "ppt/presentation.xml": f"{OFFICE}presentationml.presentation",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}
HTML_START = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
FILE_SUFFIXES = {".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx", ".odt", ".odp", ".rtf"}


def media_type(body: bytes, said: str) -> str:
    """The media type of a file. `said`: the server's Content-Type."""
    start = body[:4096].removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in start[:1024]:  # some sites send a few stray bytes before it
        return PDF
    for magic, found in MAGIC:
        if start.startswith(magic):
            return found
    if start.startswith(b"PK\x03\x04"):
        return _type_of_zip(body)
    if HTML_START.match(start):
        return HTML
    return said.partition(";")[0].strip().lower() or (BINARY if b"\0" in start else TEXT)


def _type_of_zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
            stated = archive.read("mimetype")[:100] if _is_small(archive, names) else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return "application/zip"
    if stated.startswith(b"application/vnd.oasis.opendocument."):
        return stated.decode("ascii", "replace").strip()
    return next((found for name, found in INSIDE_ZIP.items() if name in names), "application/zip")


def _is_small(archive: zipfile.ZipFile, names: set[str]) -> bool:
    return "mimetype" in names and archive.getinfo("mimetype").file_size <= 100


def expects_file(url: str) -> bool:
    """Whether an address promises a file, so that a web page in its place is wrong."""
    return PurePosixPath(urlsplit(url).path.lower()).suffix in FILE_SUFFIXES


def file_name(disposition: str, url: str) -> str:
    """The name that the server gives a file, else the last part of its address; never with a folder in it."""
    extended = re.search(r"filename\*\s*=\s*(?:utf-8|iso-8859-1)''([^;]+)", disposition, re.IGNORECASE)
    plain = re.search(r'filename\s*=\s*(?:"([^"]*)"|([^;]+))', disposition, re.IGNORECASE)
    if extended:
        name = unquote(extended[1])
    elif plain:
        name = plain[1] or plain[2] or ""
    else:
        name = unquote(urlsplit(url).path)
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:200]
