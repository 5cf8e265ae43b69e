"""The page of lessons, its files and the API: filters, sources, and nothing of what is hidden."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document as open_paper
from fastapi.testclient import TestClient

from store import lesson_rows, topics, traits
from store.database import engine_for, writing
from store.files import Files
from store.models import PageText, Publication
from tests.web_archive import BASE_URL, NASTY, STAFF, fill, serving, settings_for, sign_in
from web.lessons_asked import PAGE_SIZE, Asked

PAGES = {
    "neglect": [
        "Front page",
        "Recommendation 1: The police should ask about neglect twice.\nKey learning\n• Fathers were seen by no GP.",
    ],
    "nasty": ["Recommendation 1: Schools should ask about " + NASTY + " again."],
    "suspected": ["Recommendation 1: The secret board should hide neglect."],
}


@pytest.fixture
def ids(sqlite_address: str, tmp_path: Path, now: datetime) -> dict[str, int]:
    engine = engine_for(sqlite_address)
    ids = fill(engine, Files((tmp_path / "files").as_uri()), tmp_path, now=now)
    with writing(engine) as session:
        session.get_one(PageText, (ids["neglect version"], 2)).text = "Child T, aged 7 weeks, was seen once."
        for name, pages in PAGES.items():
            lesson_rows.keep(session, ids[f"{name} version"], pages)
            traits.keep(session, session.get_one(Publication, ids[name]))
        topics.add(session, "About neglect", "title of nothing", now=now)
    engine.dispose()
    return ids


@pytest.fixture
def client(sqlite_address: str, ids: dict[str, int], tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    engine = engine_for(sqlite_address)
    with serving(engine, settings_for(sqlite_address, tmp_path), now) as client:
        sign_in(client, STAFF)
        yield client
    engine.dispose()


def test_each_lesson_stands_with_its_source(client: TestClient, ids: dict[str, int]) -> None:
    text = client.get("/lessons?agency=police").text
    assert "1 lesson</h2>" in text
    assert f'/publications/{ids["neglect"]}">Child T: a review of neglect in Exampleshire</a>' in text
    assert "Exampleshire Safeguarding Children Partnership, February 2026. Age of the child: under 1" in text
    assert f'/documents/{ids["neglect version"]}#page=2">Recommendation 1, Overview report, page 2' in text
    assert "Names: police" in text
    assert "7 weeks" not in text, "the band only: the words stand beside their document"


def test_filters_are_offered_kept_and_can_be_removed(client: TestClient) -> None:
    text = client.get("/lessons?agency=police&age=under-1&q=neglect&since=2026&page=1").text
    for chosen in ("Agency: police", "Age: Under 1", "Since: 2026"):
        assert f"<li>{chosen} <a" in text
    assert 'href="/lessons?q=neglect&amp;agency=police&amp;age=under-1"' in text
    assert '<option value="police" selected>' in text
    assert '<option value="about-neglect">About neglect</option>' in text
    assert "<details" in text
    assert " open>" in text.split("<details")[1], "what is in use is not folded away"
    assert "Nothing that we quote matches. Remove a filter" in client.get("/lessons?age=11-15").text


def test_a_date_that_is_none_is_left_out_and_said(client: TestClient) -> None:
    text = client.get("/lessons?since=soon&until=2026-02-31").text
    assert text.count("Write a year, a month such as 2024-05") == 2
    assert "3 lessons</h2>" in text


def test_groups_lead_to_all_of_them(client: TestClient) -> None:
    assert 'href="/lessons?theme=neglect">1 lesson on Neglect</a>' in client.get("/lessons").text
    text = client.get("/lessons?by=agency").text
    assert "1 lesson on police" in text
    assert 'href="/lessons?agency=police&amp;by=agency"' in text
    assert "lesson on police" not in client.get("/lessons?by=agency&page=2").text


def test_the_table_has_every_one_with_its_link(client: TestClient, ids: dict[str, int]) -> None:
    answer = client.get("/lessons.csv?q=ask")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lessons.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["publication"], row["kind"], row["page"]) for row in rows] == [
        (str(ids["neglect"]), "recommendation", "2"), (str(ids["nasty"]), "recommendation", "1"),
    ]  # fmt: skip
    assert rows[0]["link"] == f"{BASE_URL}/documents/{ids['neglect version']}#page=2"
    assert (rows[0]["age_bands"], rows[0]["agencies"]) == ("under-1", "police")
    assert "secret" not in client.get("/lessons.csv").text


def test_the_paper_quotes_what_the_page_shows(client: TestClient) -> None:
    answer = client.get("/lessons.docx?agency=police")
    texts = [part.text for part in open_paper(io.BytesIO(answer.content)).paragraphs]
    assert "Agency: police" in texts
    assert any("“The police should ask about neglect twice.”" in text for text in texts)
    assert not any("secret" in text for text in texts)
    whole = [part.text for part in open_paper(io.BytesIO(client.get("/lessons.docx").content)).paragraphs]
    assert any(NASTY in text for text in whole), "as printed: nothing in a paper runs"


def test_the_api_has_the_same_filters(client: TestClient, ids: dict[str, int]) -> None:
    def texts(**wanted: str) -> list[str]:
        return [one["text"] for one in client.get("/api/v1/lessons", params=wanted).json()["items"]]

    police = ["The police should ask about neglect twice."]
    assert texts(agency="police") == texts(age="under-1", kind="recommendation") == police
    assert texts(area="exampleshire", q="police") == police
    assert texts(region="nowhere") == texts(topic="about-neglect") == texts(until="2026-01-31") == []
    assert len(texts(until="2026-02-01")) == 3
    (one,) = client.get("/api/v1/lessons", params={"agency": "police"}).json()["items"]
    assert one["publisher"] == "Exampleshire Safeguarding Children Partnership"
    assert client.get("/api/v1/lessons", params={"until": "soon"}).status_code == 422


def test_an_address_says_only_what_is_asked() -> None:
    assert Asked().link() == "/lessons"
    assert Asked(q="a b", since="2022", by="agency", page=3).link(theme="neglect") == (
        "/lessons?q=a+b&theme=neglect&since=2022&by=agency"
    )
    assert Asked(page=3).link(page=4) == "/lessons?page=4"
    assert Asked(page=3).offset == 2 * PAGE_SIZE
