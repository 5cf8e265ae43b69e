"""The starter for a briefing: what stands in the Word document, and what never does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as Paper
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from config.settings import Settings
from store.database import writing
from store.files import Files
from store.models import Lesson, Version
from store.views import EntryView, LessonView, PublicationView
from tests.web_archive import NASTY, fill, serving, settings_for, sign_in
from web.briefing import AFTER, BEFORE, LONGEST_QUOTE, MOST_QUOTES, Made, clean, starter

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MADE = Made("http://archive.test", NOW)
HOSTILE = f"a\x00b\x0b\ud800\uffff {NASTY} =cmd|' /C calc'!A0"


def publication(**changed: object) -> PublicationView:
    usual: dict[str, object] = {
        "id": 7, "status": "listed", "title": "Child T: a review", "kind": "local_review", "area": "Exampleshire",
        "publisher": "Exampleshire Partnership", "published": date(2026, 2, 1), "precision": "month",
        "basis": "listed", "entries": [entry("https://www.example.org/child-t")],
        "lessons": [lesson("recommendation", "1", "They should check.", 9), lesson("learning", "", "Look.", 4)],
    }  # fmt: skip
    return PublicationView.model_validate(usual | changed)


def entry(url: str) -> EntryView:
    return EntryView(
        source="s", publisher="p", role="publisher", heading="h", url=url, first_seen=NOW, last_seen=NOW,
        gone_at=None, anonymous=False,
    )  # fmt: skip


def lesson(kind: str, number: str, text: str, page: int) -> LessonView:
    return LessonView(kind=kind, number=number, text=text, version=3, role="overview_report", page=page)


def opened(made: bytes) -> Paper:
    return Document(BytesIO(made))


def texts(paper: Paper) -> list[str]:
    return [paragraph.text for paragraph in paper.paragraphs]


def links(paper: Paper) -> list[str]:
    return [link.url for paragraph in paper.paragraphs for link in paragraph.hyperlinks]


def test_the_publishers_words_with_their_pages() -> None:
    paper = opened(starter(publication(), MADE))
    found = texts(paper)
    assert "Child T: a review" in found
    assert "Published: February 2026 (date of the listing)" in found
    assert "What it is: Local review" in found
    assert "1. “They should check.” Overview report, page 9" in found
    assert "“Look.” Overview report, page 4" in found
    assert any("nothing was added by us" in text for text in found)
    assert "http://archive.test/documents/3#page=9" in links(paper)
    assert "https://www.example.org/child-t" in links(paper)
    assert paper.core_properties.author == "reviewwatch"


def test_headings_are_for_a_person() -> None:
    paper = opened(starter(publication(), MADE))
    paragraphs = paper.paragraphs
    for heading in (*BEFORE, *AFTER):
        at = next(number for number, one in enumerate(paragraphs) if one.text == heading)
        assert paragraphs[at].style.name == "Heading 2"  # type: ignore[union-attr]
        assert paragraphs[at + 1].text == ""


def test_without_anything_to_quote() -> None:
    found = texts(opened(starter(publication(lessons=[], published=None, area="", publisher=""), MADE)))
    assert "Published: not stated" in found
    assert any("no recommendation that can be quoted" in text for text in found)
    assert not any(text.startswith("Area") for text in found)


def test_whatever_comes_from_outside_is_text() -> None:
    made = starter(
        publication(
            title=HOSTILE * 100, area=HOSTILE, publisher=HOSTILE, subject=HOSTILE,
            entries=[entry("javascript:alert(1)"), entry("https://x.example/\x00\x0b?a=<b>&c=\"d'")],
            lessons=[lesson("learning", HOSTILE, HOSTILE * 1000, 1) for _ in range(MOST_QUOTES + 5)],
        ),
        MADE,
    )  # fmt: skip
    paper = opened(made)
    assert not any(url.startswith("javascript") for url in links(paper))
    assert "5 learning points more: all of them" in texts(paper)
    assert max(map(len, texts(paper))) < LONGEST_QUOTE + 200
    assert len(made) < 200_000
    with ZipFile(BytesIO(made)) as parts:
        assert not any(b"<script" in parts.read(name) for name in parts.namelist() if name.endswith(".xml"))


def test_a_text_is_cut_where_it_is_too_long() -> None:
    assert clean("a  b\n c", 10) == "a b c"
    assert clean("abcdef", 3) == "abc (cut)"


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path) -> Settings:
    return settings_for(sqlite_address, tmp_path)


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    from store.database import engine_for

    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def ids(engine: Engine, settings: Settings, tmp_path: Path) -> dict[str, int]:
    made = fill(engine, Files(settings.files), tmp_path, now=NOW)
    with writing(engine) as session:
        for name in ("neglect", "suspected", "removed"):
            version = made[f"{name} version"]
            session.add(
                Lesson(version_id=version, position=1, kind="learning", page=2, text=f"Learned of {name}.", themes=[])
            )
    return made


@pytest.fixture
def client(engine: Engine, settings: Settings, ids: dict[str, int]) -> Iterator[TestClient]:
    with serving(engine, settings, NOW) as client:
        sign_in(client)
        yield client


def test_it_is_offered_and_saved(client: TestClient, ids: dict[str, int]) -> None:
    path = f"/publications/{ids['neglect']}/briefing.docx"
    assert path in client.get(f"/publications/{ids['neglect']}").text
    answer = client.get(path)
    assert answer.headers["content-disposition"] == f'attachment; filename="briefing-{ids["neglect"]}.docx"'
    assert "“Learned of neglect.” Overview report, page 2" in texts(opened(answer.content))


@pytest.mark.parametrize("name", ["suspected", "removed"])
def test_never_of_what_is_withdrawn(client: TestClient, ids: dict[str, int], name: str) -> None:
    assert client.get(f"/publications/{ids[name]}/briefing.docx").status_code == 404


def test_nor_of_a_suspected_document(client: TestClient, engine: Engine, ids: dict[str, int]) -> None:
    with writing(engine) as session:
        session.get_one(Version, ids["neglect version"]).state = "suspected"
    found = texts(opened(client.get(f"/publications/{ids['neglect']}/briefing.docx").content))
    assert not any("Learned of" in text for text in found)


def test_there_is_none_of_nothing(client: TestClient) -> None:
    for number in (0, 9999, 10**30):
        assert client.get(f"/publications/{number}/briefing.docx").status_code == 404
