"""Charts of a search, each beside its table."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from store.database import engine_for, writing
from store.files import Files
from store.models import Publication
from tests.web_archive import STAFF, fill, serving, settings_for, sign_in


@pytest.fixture
def client(sqlite_address: str, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    settings, engine = settings_for(sqlite_address, tmp_path), engine_for(sqlite_address)
    ids = fill(engine, Files(settings.files), tmp_path, now=now)
    with writing(engine) as session:
        session.get_one(Publication, ids["nasty"]).published = date(2023, 1, 1)
        session.get_one(Publication, ids["nasty"]).themes = ["<b>odd</b>"]
    with serving(engine, settings, now) as client:
        sign_in(client, STAFF)
        yield client
    engine.dispose()


def test_each_year_theme_and_region_has_a_bar_and_a_row(client: TestClient) -> None:
    text = client.get("/trends").text
    assert "2 publications" in text
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
