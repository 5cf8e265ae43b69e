"""Lessons in the tables: who may read them, in which order, and what a digest takes of them."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from alerts import digest
from store import lesson_rows, lesson_search
from store.database import reading, writing
from store.digest_reading import publication_facts
from store.files import Files
from store.lesson_search import Wanted
from store.models import Document, Publication, Version
from tests.web_archive import NASTY, STAFF, fill, serving, settings_for, sign_in

PAGES = {
    "neglect": [
        "Front page",
        "Recommendations\nRecommendation 1: Schools should ask about neglect twice.\n"
        "Recommendation 2: The board should test 100% of the plans.\nKey learning\n• Fathers were not seen by anyone.",
    ],
    "nasty": ["Recommendation 1: Schools should ask about " + NASTY + " again."],
    "suspected": ["Recommendation 1: The secret board should hide neglect."],
    "removed": ["Recommendation 1: The secret board should remove neglect."],
}


@pytest.fixture
def ids(engine: Engine, tmp_path: Path, now: datetime) -> dict[str, int]:
    ids = fill(engine, Files((tmp_path / "files").as_uri()), tmp_path, now=now)
    with writing(engine) as session:
        for name, pages in PAGES.items():
            lesson_rows.keep(session, ids[f"{name} version"], pages)
    return ids


def texts(engine: Engine, **wanted: object) -> list[str]:
    with reading(engine) as session:
        found = lesson_search.search(session, Wanted(**wanted))  # type: ignore[arg-type]  # named by the tests
    assert found.total == len(found.lessons)
    return [one.text for one in found.lessons]


def test_only_of_what_may_be_shown(engine: Engine, ids: dict[str, int]) -> None:
    assert len(texts(engine)) == 4
    assert not any("secret" in text for text in texts(engine))
    with writing(engine) as session:
        session.get_one(Publication, ids["neglect"]).status = "suspected"
    assert len(texts(engine)) == 1
    with reading(engine) as session:
        assert set(lesson_rows.of_publications(session, ids.values())) == {ids["nasty"]}


def test_an_older_version_has_no_lessons_any_more(engine: Engine, ids: dict[str, int]) -> None:
    with writing(engine) as session:
        version = session.get_one(Version, ids["neglect version"])
        version.state = "older"
        session.get_one(Document, version.document_id).current_version_id = None
    assert len(texts(engine)) == 1


def test_searched_by_words_theme_kind_and_time(engine: Engine, ids: dict[str, int]) -> None:
    assert texts(engine, words="TWICE schools") == ["Schools should ask about neglect twice."]
    assert texts(engine, words="100%") == ["The board should test 100% of the plans."]
    assert texts(engine, words="1_0") == []
    assert texts(engine, theme="neglect") == ["Schools should ask about neglect twice."]
    assert texts(engine, theme='neglect"') == []
    assert texts(engine, kind="learning") == ["Fathers were not seen by anyone."]
    assert len(texts(engine, since=date(2026, 1, 1))) == 4
    assert texts(engine, since=date(2027, 1, 1)) == []


def test_grouped_by_theme(engine: Engine, ids: dict[str, int]) -> None:
    with reading(engine) as session:
        found = lesson_search.search(session, Wanted(), by="theme")
        groups = {slug: (count, len(shown)) for slug, count, shown in found.groups}
    assert groups["neglect"] == (1, 1)


def test_a_publication_says_each_once_recommendations_first(engine: Engine, ids: dict[str, int], now: datetime) -> None:
    with writing(engine) as session:
        summary = Document(
            publication_id=ids["neglect"], url="s", canonical="s", role="executive_summary", first_seen=now
        )
        session.add(summary)
        session.flush()
        version = Version(document_id=summary.id or 0, sha256="s", state="current", first_seen=now, last_seen=now)
        session.add(version)
        session.flush()
        summary.current_version_id = version.id
        lesson_rows.keep(
            session,
            version.id or 0,
            ["Recommendation 1: Schools should ask about neglect twice.\nRecommendation 9: Every team should ask."],
        )
    with reading(engine) as session:
        found = lesson_rows.of_publications(session, [ids["neglect"]])[ids["neglect"]]
    assert [(one.role, one.number, one.kind) for one in found] == [
        ("overview_report", "1", "recommendation"),
        ("overview_report", "2", "recommendation"),
        ("executive_summary", "9", "recommendation"),
        ("overview_report", "", "learning"),
    ]
    assert [one.number for one in lesson_rows.foremost(found)] == ["1", "2", ""], "of one document only"


def test_a_digest_quotes_them_with_their_page(engine: Engine, ids: dict[str, int]) -> None:
    with reading(engine) as session:
        fact = publication_facts(session, [ids["neglect"]])[ids["neglect"]]
    item = digest.item(fact, [], ZoneInfo("Europe/London"))
    assert len(item.lessons) == 3
    assert (item.lessons[0].text, item.lessons[0].page) == ("Schools should ask about neglect twice.", 2)


@pytest.fixture
def client(engine: Engine, ids: dict[str, int], tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings_for(str(engine.url), tmp_path), now) as client:
        sign_in(client, STAFF)
        yield client


def test_the_pages_quote_and_link(client: TestClient, ids: dict[str, int]) -> None:
    text = client.get("/lessons").text
    assert f"/documents/{ids['neglect version']}#page=2" in text
    assert "secret" not in text
    assert NASTY not in text
    assert "<script>alert" not in text
    assert "Fathers were not seen" not in client.get("/lessons?theme=neglect&since=2022&kind=recommendation").text
    assert client.get("/lessons?since=0&q=%25&page=7").status_code == 200
    text = client.get(f"/publications/{ids['neglect']}").text
    assert "Schools should ask about neglect twice." in text
    assert "Overview report, page 2" in text


def test_the_api_gives_them_page_by_page(client: TestClient, ids: dict[str, int]) -> None:
    first = client.get("/api/v1/lessons", params={"limit": 3}).json()
    rest = client.get("/api/v1/lessons", params={"after": first["next_after"]}).json()
    assert [len(first["items"]), len(rest["items"])] == [3, 1]
    assert client.get("/api/v1/lessons", params={"after": rest["next_after"]}).json() == {**rest, "items": []}
    (found,) = client.get("/api/v1/lessons", params={"q": "neglect twice", "since": "2022-01-01"}).json()["items"]
    assert (found["text"], found["page"], found["kind"], found["number"], found["version"], found["themes"]) == (
        "Schools should ask about neglect twice.", 2, "recommendation", "1", ids["neglect version"], ["neglect"],
    )  # fmt: skip
    assert "secret" not in client.get("/api/v1/lessons").text
    for wrong in ({"after": "x"}, {"kind": "x"}, {"since": "soon"}, {"limit": 0}):
        answer = client.get("/api/v1/lessons", params=wrong)
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
