import io
import zipfile

import pytest

from spiders.engine.media import expects_file, file_name, media_type


def zipped(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return held.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("body", "said", "found"),
    [
        (b"%PDF-1.7 ...", "text/html", "application/pdf"),
        (b"\r\n\r\n%PDF-1.4", "application/octet-stream", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "", "application/msword"),
        (zipped(word__document_xml="<w/>"), "application/pdf", WORD),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "", "application/vnd.oasis.opendocument.text"),
        (zipped(readme="hello"), "application/pdf", "application/zip"),
        (b"PK\x03\x04 broken", "", "application/zip"),
        (b"\xef\xbb\xbf<!-- made by hand -->\n<!DOCTYPE html><p>", "application/pdf", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "", "image/png"),
        (b"plain words", "", "text/plain"),
        (b"plain words", "text/csv; charset=utf-8", "text/csv"),
        (b"\x00\x01", "", "application/octet-stream"),
    ],
)
def test_the_first_bytes_tell(body: bytes, said: str, found: str) -> None:
    assert media_type(body, said) == found


@pytest.mark.parametrize(
    ("disposition", "url", "name"),
    [
        ("", "https://example.org/files/Child%20K%20report.pdf?x=1", "Child K report.pdf"),
        ('attachment; filename="Report.pdf"', "https://example.org/download/7", "Report.pdf"),
        ("attachment; filename=Report.pdf; size=3", "https://example.org/7", "Report.pdf"),
        (
            "attachment; filename=x.pdf; filename*=UTF-8''Adolygiad%20B%C3%A2n.pdf",
            "https://example.org/7",
            "Adolygiad Bân.pdf",
        ),
        ('attachment; filename="../../etc/passwd"', "https://example.org/7", "passwd"),
        ('attachment; filename="C:\\temp\\a.pdf"', "https://example.org/7", "a.pdf"),
        ('attachment; filename="a\r\nb.pdf"', "https://example.org/7", "ab.pdf"),
    ],
)
def test_a_file_keeps_its_name_but_no_folder(disposition: str, url: str, name: str) -> None:
    assert file_name(disposition, url) == name


def test_which_addresses_promise_a_file() -> None:
    assert expects_file("https://example.org/a/Report.PDF?download=1")
    assert not expects_file("https://example.org/reviews/child-k")
