"""Pages that are only pictures: marked, read by Tesseract where it is, searched, and never the document's own words."""

import os
import stat
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Engine
from sqlmodel import Session, select

from config.settings import Settings
from reviewwatch.tasks import read_scans
from reviewwatch.work import Work
from samples.pdf import Sheet, make_pdf, scan
from store import documents, removal, scans, signatures
from store import scan as scanning
from store.database import writing
from store.files import Files
from store.models import Document, Lesson, Publication, ScannedPage, SearchRow, Version
from store.query import parse
from store.scan_child import MOST_DOTS, picture
from store.search import BY_MACHINE, Hit, search
from store.text import Extractor
from tests.conftest import NOW

SENTENCE = "The council should plant a medlar tree by the river."
PRINTED = make_pdf([Sheet("Recommendation 1", (SENTENCE,))], "A report")
PICTURES = scan(PRINTED)
FAKE = f"""#!/bin/sh
[ "$1 $2 $OMP_THREAD_LIMIT" = "stdin stdout 1" ] || exit 2
[ "$(head -c 2)" = P5 ] || exit 3
cat >/dev/null
echo "Recommendation 1"; echo; printf "{SENTENCE}\\f"
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Tesseract that sees the same words on every picture."""
    return program(tmp_path, monkeypatch, FAKE)


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    found = folder / "bin" / "tesseract"
    found.parent.mkdir(exist_ok=True)
    found.write_text(script)
    found.chmod(found.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{found.parent}{os.pathsep}{os.environ['PATH']}")
    return found


@pytest.fixture
def work(engine: Engine, tmp_path: Path) -> Work:
    """An archive whose one report is a picture of a page."""
    work = Work(engine, Files((tmp_path / "files").as_uri()), Settings(data_dir=tmp_path), NOW)
    path = tmp_path / "report.pdf"
    path.write_bytes(PICTURES)
    with writing(engine) as session:
        publication = Publication(title="A review", kind="local_review", first_seen=NOW)
        session.add(publication)
        session.flush()
        url = "https://a.example/1"
        document = Document(publication_id=publication.id, url=url, canonical=url, first_seen=NOW)
        session.add(document)
        session.flush()
        version = Version(
            document_id=document.id or 0, sha256=work.files.put_file(path), media_type="application/pdf",
            first_seen=NOW, last_seen=NOW,
        )  # fmt: skip
        session.add(version)
        session.flush()
        with Extractor() as extractor:
            read = extractor.extract(path, "application/pdf")
        documents.store_text(session, work.files, version.id or 0, read, now=NOW)
    return work


def hits(session: Session, query: str) -> list[Hit]:
    return search(session, parse(query)).hits


def test_a_page_without_text_waits_and_nothing_is_found_without_tesseract(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert read_scans(work) == 0
    with Session(work.engine) as session:
        assert [page.text for page in session.exec(select(ScannedPage))] == [None]
        assert hits(session, "medlar") == []


@pytest.mark.usefixtures("fake")
def test_what_a_machine_reads_is_searched_and_said_to_be_that(work: Work) -> None:
    assert (read_scans(work), read_scans(work)) == (1, 0)
    with Session(work.engine) as session:
        (hit,) = hits(session, "medlar")
        assert hit.page == 1
        assert hit.snippet[0] == (BY_MACHINE, False)
        assert ("medlar", True) in hit.snippet
        assert session.exec(select(Version.text_state)).one() == "by_machine"


@pytest.mark.usefixtures("fake")
def test_it_is_never_the_documents_own_words(work: Work) -> None:
    read_scans(work)
    with Session(work.engine) as session:
        version = session.exec(select(Version)).one()
        assert documents.pages_of(session, version) == [""]
        assert session.exec(select(Lesson)).all() == []
        assert signatures.text_of(session, version.id or 0) == b""
        assert version.text_hash == ""


@pytest.mark.usefixtures("fake")
def test_what_is_removed_is_gone_as_well(work: Work) -> None:
    read_scans(work)
    with writing(work.engine) as session:
        removal.forget(session, session.exec(select(Version)).one())
        assert session.exec(select(ScannedPage)).all() == []


@pytest.mark.usefixtures("fake")
def test_what_is_withdrawn_meanwhile_is_not_found(work: Work) -> None:
    with writing(work.engine) as session:
        session.exec(select(Version)).one().state = "suspected"
    assert read_scans(work) == 0
    with writing(work.engine) as session:
        scans.keep(session, 1, {1: SENTENCE})
        assert [row for row in session.exec(select(SearchRow)) if "medlar" in row.words] == []


def test_a_picture_that_cannot_be_read_is_tried_once(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, "#!/bin/sh\nexit 1\n")
    assert (read_scans(work), read_scans(work)) == (1, 0)
    with Session(work.engine) as session:
        assert session.exec(select(ScannedPage.text)).one() == ""
        assert session.exec(select(Version.text_state)).one() == "no_text"


def test_a_machine_that_takes_too_long_is_stopped_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(PICTURES)
    endless = program(tmp_path, monkeypatch, "#!/bin/sh\nexec sleep 600\n")
    # it comes back only when nothing holds the pipe any more
    assert scanning.read_page(path, 1, str(endless), seconds=0.5) is None


def test_a_page_that_is_not_there_cannot_be_read(fake: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(PICTURES)
    assert scanning.read_page(path, 2, str(fake)) is None


def test_a_huge_page_is_drawn_smaller(tmp_path: Path) -> None:
    path = tmp_path / "poster.pdf"
    canvas = Canvas(str(path), pagesize=(10_000, 10_000))
    canvas.showPage()
    canvas.save()
    header, size, rest = picture(str(path), 1).split(b"\n", 2)
    width, height = map(int, size.split())
    assert header == b"P5"
    assert width * height <= MOST_DOTS * 1.01
    assert len(rest) == len(b"255\n") + width * height


@pytest.mark.skipif(scanning.program() is None, reason="Tesseract is not installed: apt-get install tesseract-ocr")
def test_tesseract_reads_a_scanned_page(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(PICTURES)
    read = scanning.read_page(path, 1, scanning.program() or "")
    assert read
    assert SENTENCE in " ".join(read.split())
