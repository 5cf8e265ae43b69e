"""Text by page, read in a child process; what is broken or hostile is said in words."""

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from store.extract import common, read_document
from store.running_heads import without_running_heads
from store.text import Extracted, Extractor, TextState

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HTML = "<!DOCTYPE html><title>Page not found</title><body><main><p>We could not find the page.</p></main>"


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(seconds=60) as extractor:
        yield extractor


def _pdf(path: Path, pages: list[str], *, title: str = "", password: str = "") -> Path:
    encrypt = pdfencrypt.StandardEncryption(password) if password else None
    canvas = Canvas(str(path), encrypt=encrypt)
    canvas.setTitle(title)
    for page in pages:
        for line, text in enumerate(page.splitlines()):
            canvas.drawString(72, 700 - 20 * line, text)
        canvas.showPage()
    canvas.save()
    return path


def _package(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return path


def _docx(path: Path, body: str, before: str = "") -> Path:
    return _package(path, word__document_xml=f"{before}<w:document {W}><w:body>{body}</w:body></w:document>")


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_pdf_page_by_page(extractor: Extractor, tmp_path: Path) -> None:
    path = _pdf(tmp_path / "report.pdf", ["First page\nsecond line", "", "Third page"], title="Child Q")
    assert extractor.extract(path, PDF) == Extracted(
        TextState.READ, ["First page\nsecond line", "", "Third page"], "Child Q"
    )


def test_pdf_without_text(extractor: Extractor, tmp_path: Path) -> None:
    found = extractor.extract(_pdf(tmp_path / "scan.pdf", ["", ""]), PDF)
    assert (found.state, found.pages) == (TextState.NO_TEXT, ["", ""])
    assert "no text" in found.problem


def test_pdf_with_a_password(extractor: Extractor, tmp_path: Path) -> None:
    found = extractor.extract(_pdf(tmp_path / "locked.pdf", ["Secret"], password="open sesame"), PDF)
    assert (found.state, found.pages) == (TextState.ENCRYPTED, [])
    assert "password" in found.problem


def test_broken_pdf(extractor: Extractor, tmp_path: Path) -> None:
    whole = _pdf(tmp_path / "whole.pdf", ["Some text"] * 3).read_bytes()
    path = tmp_path / "broken.pdf"
    for data in (whole[: len(whole) // 3], b"%PDF-1.4 rubbish", b"\x01\x02 rubbish", b""):
        path.write_bytes(data)
        found = extractor.extract(path, PDF)
        assert (found.state, found.pages) == (TextState.MALFORMED, []), data[:20]
        assert "damaged" in found.problem


def test_a_web_page_where_a_pdf_was_expected(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_text(HTML)
    for media_type in (PDF, DOCX, f"{PDF}; charset=binary"):
        found = extractor.extract(path, media_type)
        assert found.state == TextState.WRONG_TYPE
        assert "web page came where" in found.problem


@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "", "application/octet-stream"])
def test_web_page(extractor: Extractor, tmp_path: Path, media_type: str) -> None:
    path = tmp_path / "page"
    menu = "".join(f"<li><a href='/{number}'>Menu {number}</a></li>" for number in range(30))
    text = "<p>" + "The review found that agencies did not share what they knew. " * 5 + "</p>"
    html = f"<html><title>Child Q</title><body><nav><ul>{menu}</ul></nav><article><h1>Child Q</h1>{text * 3}</article>"
    path.write_text(html)
    found = extractor.extract(path, media_type)
    assert (found.state, found.title, len(found.pages)) == (TextState.READ, "Child Q", 1)
    assert "share what they knew" in found.pages[0]
    assert "Menu 7" not in found.pages[0]


def test_web_page_with_little_text(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("<html><body><nav>Menu</nav><main>Late.<script>x()</script></main></body>")
    assert extractor.extract(path, "text/html").pages == ["Late."]


@pytest.mark.parametrize(
    ("data", "page"),
    [
        ("Siân’s review".encode(), "Siân’s review"),
        ("\ufeffSiân".encode(), "Siân"),
        ("Siân’s".encode("cp1252"), "Siân’s"),
        ("Siân".encode("utf-16"), "Siân"),
        (b"nul\0 is gone", "nul is gone"),
    ],
)
def test_plain_text(extractor: Extractor, tmp_path: Path, data: bytes, page: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(data)
    found = extractor.extract(path, "text/plain")
    assert found.pages == [page] or found.state == TextState.WRONG_TYPE
    path.write_bytes(b"one\ftwo")
    assert extractor.extract(path, "text/plain").pages == ["one", "two"]


def test_word_with_tables_and_stated_pages(extractor: Extractor, tmp_path: Path) -> None:
    table = f"<w:tbl><w:tr><w:tc>{_paragraph('Cell A')}</w:tc><w:tc>{_paragraph('Cell B')}</w:tc></w:tr></w:tbl>"
    gone = "<w:p><w:del><w:r><w:delText>Old</w:delText></w:r></w:del></w:p>"
    stop = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    found = extractor.extract(
        _docx(tmp_path / "a.docx", _paragraph("One") + table + gone + stop + _paragraph("Two")), DOCX
    )
    assert (found.state, found.pages) == (TextState.READ, ["One\nCell A\nCell B", "Two"])


def test_word_as_it_was_printed(extractor: Extractor, tmp_path: Path) -> None:
    printed = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Two</w:t></w:r></w:p>"
    stop = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    found = extractor.extract(_docx(tmp_path / "a.docx", _paragraph("One") + stop + printed), DOCX)
    assert found.pages == ["One", "Two"]


def test_slides_in_the_order_shown(extractor: Extractor, tmp_path: Path) -> None:
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    p = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    path = tmp_path / "deck.pptx"
    with zipfile.ZipFile(path, "w") as archive:
        ids = '<p:sldId r:id="rId2"/><p:sldId r:id="rId1"/>'
        archive.writestr(
            "ppt/presentation.xml", f"<p:presentation {p} {r}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        )
        links = "".join(f'<Relationship Id="rId{n}" Target="slides/slide{n}.xml"/>' for n in (1, 2))
        archive.writestr("ppt/_rels/presentation.xml.rels", f"<Relationships>{links}</Relationships>")
        for n in (1, 2):
            archive.writestr(f"ppt/slides/slide{n}.xml", f"<x {a}><a:p><a:r><a:t>Slide {n}</a:t></a:r></a:p></x>")
    assert extractor.extract(path, PPTX).pages == ["Slide 2", "Slide 1"]


def test_open_document(extractor: Extractor, tmp_path: Path) -> None:
    o = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    t = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    first = '<text:h>Title</text:h><text:p>One<text:s text:c="2"/>two <text:span>three</text:span> four</text:p>'
    second = "<text:p><text:soft-page-break/>Next page</text:p>"
    content = f"<office:x {o} {t}><office:body><office:text>{first}{second}</office:text></office:body></office:x>"
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A brief</dc:title></m>'
    found = extractor.extract(_package(tmp_path / "a.odt", content_xml=content, meta_xml=meta), ODT)
    assert found == Extracted(TextState.READ, ["Title\nOne  two three four", "Next page"], "A brief")


def test_entities_are_refused(extractor: Extractor, tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'
    outside = '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
    for before in (laughs, outside):
        found = extractor.extract(_docx(tmp_path / "a.docx", _paragraph("&l9;"), before), DOCX)
        assert (found.state, found.pages) == (TextState.MALFORMED, [])


def test_bomb_is_refused(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(100):
            part.write(b" " * 1024 * 1024)
    found = extractor.extract(path, DOCX)
    assert found.state == TextState.TOO_LARGE
    assert path.stat().st_size < 200_000


def test_damaged_package(extractor: Extractor, tmp_path: Path) -> None:
    whole = _docx(tmp_path / "a.docx", _paragraph("text " * 1000)).read_bytes()
    path = tmp_path / "b.docx"
    middle = len(whole) // 4
    for data in (whole[: len(whole) // 2], whole[:middle] + b"\xff" * 20 + whole[middle + 20 :]):
        path.write_bytes(data)
        assert extractor.extract(path, DOCX).state == TextState.MALFORMED
    assert extractor.extract(_package(path, word__document_xml="<w:document"), DOCX).state == TextState.MALFORMED


def test_what_is_not_read(extractor: Extractor, tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path = tmp_path / "file"
    for data, state in (
        (ole + b"WordDocument", TextState.WRONG_TYPE),
        (ole + "EncryptedPackage".encode("utf-16-le"), TextState.ENCRYPTED),
        (b"\x89PNG\r\n", TextState.WRONG_TYPE),
    ):
        path.write_bytes(data)
        assert extractor.extract(path, "application/msword").state == state
    assert extractor.extract(_package(path, xl__workbook_xml="<x/>"), "").state == TextState.WRONG_TYPE


def test_missing_file_is_not_the_documents_fault(extractor: Extractor, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        extractor.extract(tmp_path / "nothing.pdf", PDF)


def test_one_child_reads_many_until_it_is_replaced(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", ["Text"])
    with Extractor(documents=2) as extractor:
        children = [_child_after(extractor, path) for _ in range(4)]
    assert children[0] == children[1] != children[2] == children[3]


def _child_after(extractor: Extractor, path: Path) -> int:
    assert extractor.extract(path, PDF).state == TextState.READ
    child = extractor.child
    assert child is not None
    return child


def test_a_dead_child_is_replaced(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", ["Text"])
    with Extractor() as extractor:
        first = _child_after(extractor, path)
        os.kill(first, signal.SIGKILL)
        assert _child_after(extractor, path) != first


def test_no_child_is_left_behind(tmp_path: Path) -> None:
    with Extractor() as extractor:
        child = _child_after(extractor, _pdf(tmp_path / "a.pdf", ["Text"]))
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_too_slow(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", ["Text"])
    with Extractor(seconds=0.000001) as extractor:
        found = extractor.extract(path, PDF)
    assert found.state == TextState.TIMED_OUT
    assert "seconds" in found.problem


def test_too_much_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    _docx(path, _paragraph("word " * 2_000_000) * 5)
    with Extractor(memory=180 * 1024 * 1024) as extractor:
        found = extractor.extract(path, DOCX)
        assert found.state in (TextState.TOO_LARGE, TextState.MALFORMED)
        assert extractor.extract(_pdf(tmp_path / "b.pdf", ["Text"]), PDF).state == TextState.READ


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "MOST_PAGES", 2)
    assert read_document(_pdf(tmp_path / "a.pdf", ["Text"] * 3), PDF)["state"] == "too_large"


def test_the_child_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REVIEWWATCH_SECRET_KEY", "secret")
    with Extractor() as extractor:
        child = _child_after(extractor, _pdf(tmp_path / "a.pdf", ["Text"]))
        assert "secret" not in Path(f"/proc/{child}/environ").read_text()


def test_child_alone_ends_with_its_pipe() -> None:
    command = [sys.executable, "-B", "-m", "store.text_child", "0", str(1 << 30)]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, cwd=Path(__file__).parents[1], capture_output=True, timeout=60
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("safe\u00ad\nguarding co\u00adop", "safeguarding co\u00adop"),
        ("a\x00b\x07c\ud800d\tê", "abcd\tê"),
    ],
)
def test_clean(raw: str, text: str) -> None:
    assert common.clean(raw) == text


def test_hyphens_at_line_ends() -> None:
    pages = ["Safe\x02guarding by multi\x02agency work", "safeguarding in mid\ufffe\r\n2012", "no\x02", "\ufffe"]
    assert common.undivided(pages) == ["Safeguarding by multi-agency work", "safeguarding in mid-2012", *pages[2:]]
    assert [common.clean(page) for page in pages[2:]] == ["no", ""]


def test_running_heads_and_page_numbers_go() -> None:
    bodies = ["what", "the", "agencies", "knew", "and", "did", "not", "share", "then"]
    heads = ["Ashshire SCP\nReview of Child A", "Review of Child A\nAshshire SCP"]
    pages = [f"{heads[n % 2]}\n\nAbout {word} 1\nPage {n + 3} of 12" for n, word in enumerate(bodies)]
    assert without_running_heads(pages) == [f"\nAbout {word} 1" for word in bodies]


def test_lines_that_are_no_running_heads_stay() -> None:
    pages = ["Cover", "Introduction\nRecommendation 1", "Findings\nRecommendation 7", "What we learned\nEnd"]
    assert without_running_heads(pages) == pages
    assert without_running_heads(["same", "same"]) == ["same", "same"]
    assert without_running_heads([]) == []
    assert without_running_heads(["", " \n"]) == ["", " "]


def test_bytes_of_a_pdf_are_read_whatever_they_are_called(extractor: Extractor, tmp_path: Path) -> None:
    buffer = BytesIO(_pdf(tmp_path / "a.pdf", ["Text"]).read_bytes())
    path = tmp_path / "b"
    path.write_bytes(b"\n" + buffer.getvalue())
    for media_type in ("text/html", "application/octet-stream", "", DOCX):
        assert extractor.extract(path, media_type).pages == ["Text"]
