"""Charts of a search, each beside its table."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from alerts.words import counted
from store.database import engine_for, reading, writing
from store.files import Files
from store.models import Publication, Traits
from store.query import parse
from store.search import search
from store.search_index import reindex_publication
from store.trends import trends
from tests.web_archive import STAFF, fill, serving, settings_for, sign_in

SEEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def client(sqlite_address: str, engine: Engine, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    settings = settings_for(sqlite_address, tmp_path)
    ids = fill(engine, Files(settings.files), tmp_path, now=now)
    with writing(engine) as session:
        session.get_one(Publication, ids["nasty"]).published = date(2023, 1, 1)
        session.get_one(Publication, ids["nasty"]).themes = ["<b>odd</b>"]
    with serving(engine, settings, now) as client:
        sign_in(client, STAFF)
        yield client


def test_each_year_theme_and_region_has_a_bar_and_a_row(client: TestClient) -> None:
    text = client.get("/trends").text
    assert "2 publications" in text
    assert "In no bar: 2 publications without a region" not in text, "no chart, no line"
    rows = text.split("</table>")[0].split("<tbody")[1].split("</tr>")
    assert [year for year in ("2023", "2024", "2025", "2026") if any(year in row for row in rows)] == [
        "2023",
        "2024",
        "2025",
        "2026",
    ]
    assert 'width="220.0"' in text
    assert "style=" not in text, "the policy forbids it"
    assert "<b>odd" not in text


def test_the_chart_is_of_the_search(client: TestClient) -> None:
    text = client.get("/trends?theme=neglect&q=curiosity").text
    assert "1 publication found by" in text
    assert "There is nothing to show" in client.get("/trends?q=nothingofthekind").text
    assert "/trends?q=curiosity" in client.get("/?q=curiosity").text


def test_counts_are_those_of_the_search_page_and_lead_to_what_they_count(client: TestClient, engine: Engine) -> None:
    """With five years, themes, agencies and no date: each row's number is the total of the search behind its link."""
    with writing(engine) as session:
        for number in range(12):
            day = date(2020 + number % 5, 1, 1) if number % 4 else None
            row = Publication(
                title=f"Review {number}", kind="local_review", published=day, publisher_id="exampleshire",
                themes=["neglect", "bullying"][: number % 3], first_seen=SEEN,
            )  # fmt: skip
            session.add(row)
            session.flush()
            reindex_publication(session, row)
            session.get_one(Traits, row.id).agencies = ["police", "health"][: number % 3]
            session.get_one(Traits, row.id).ages = ["1-4"] if number % 2 else []
    text = client.get("/trends").text
    for said in ("In no bar: 3 publications without a date", "4 publications without a theme", "without an agency"):
        assert said in text
    rows = re.findall(r'header"><a class="govuk-link" href="([^"]+)">.*?numeric">(\d+)</td>', text)
    assert len(rows) > 10
    for link, count in rows:
        found = client.get(unescape(link)).text
        assert f">{counted(int(count), 'publication')}</h2>" in found, link
    with reading(engine) as session:
        facets = search(session, parse("")).facets
        told = trends(session, parse(""))
    assert told.counts == {name: facets[name] for name in told.counts}
    for name in ("year", "region"):
        assert sum(told.counts[name].values()) + told.without[name] == told.total


def test_many_years_are_cut_and_it_is_said(client: TestClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Publication(title="Old", kind="research", published=date(1974, 1, 1), first_seen=SEEN))
    text = client.get("/trends").text
    assert "In no bar: 1 publication before 1997" in text
    assert "1974" not in text
