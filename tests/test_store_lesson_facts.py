"""Age bands, agencies and the collection's labels: each with its source, and none of what may not be shown."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import select

from store import age_rows, label_rows, lesson_rows, search_index
from store.database import reading, writing
from store.files import Files
from store.models import Document, Entry, PageText, Publication, Source, Version
from tests.web_archive import NASTY, STAFF, fill, serving, settings_for, sign_in

LABELS = {
    "Learning": f"schools and police {NASTY}",
    "Keywords": "neglect, babies",
    "Library record": "C1",
    "Model": "x",
}


@pytest.fixture
def ids(engine: Engine, tmp_path: Path, now: datetime) -> dict[str, int]:
    """All four reviews state an age, have a recommendation, and an entry of the collection with labels."""
    ids = fill(engine, Files((tmp_path / "files").as_uri()), tmp_path, now=now)
    with writing(engine) as session:
        session.get_one(Source, 2).kind = "nspcc"
        for name in ("neglect", "nasty", "suspected", "removed"):
            version = ids[f"{name} version"]
            session.get_one(PageText, (version, 2)).text = "Child T, aged 7 weeks, was seen once."
            lesson_rows.keep(session, version, ["Recommendation 1: Police and schools should ask about this."])
            session.add(
                Entry(
                    source_id=2, key=name, publication_id=ids[name], url=f"https://c.example/{name}", canonical=name,
                    heading=name, kind="local_review", first_seen=now, last_seen=now, labels=LABELS,
                )
            )  # fmt: skip
        session.flush()
        for name in ("neglect", "nasty", "suspected", "removed"):
            search_index.reindex_publication(session, session.get_one(Publication, ids[name]))
    return ids


def ages(engine: Engine, ids: dict[str, int]) -> dict[int, age_rows.CaseAge]:
    with reading(engine) as session:
        return age_rows.of_publications(session, ids.values())


def said_of(engine: Engine, key: int) -> list[str]:
    with reading(engine) as session:
        return [one.label for one in label_rows.of_publication(session, key)]


def test_an_age_band_with_its_page_of_what_is_shown_and_no_other(engine: Engine, ids: dict[str, int]) -> None:
    found = ages(engine, ids)
    assert set(found) == {ids["neglect"], ids["nasty"]}
    age = found[ids["neglect"]]
    assert (list(age.bands), age.version, age.role, age.page, age.quoted) == (
        ["under-1"], ids["neglect version"], "overview_report", 2, "aged 7 weeks",
    )  # fmt: skip
    with writing(engine) as session:
        session.get_one(Publication, ids["neglect"]).status = "suspected"
        session.get_one(Publication, ids["nasty"]).kind = "annual_report"
    assert ages(engine, ids) == {}


def test_an_older_version_states_no_age_any_more(engine: Engine, ids: dict[str, int]) -> None:
    with writing(engine) as session:
        version = session.get_one(Version, ids["neglect version"])
        version.state = "older"
        session.get_one(Document, version.document_id).current_version_id = None
    assert set(ages(engine, ids)) == {ids["nasty"]}


def test_labels_of_what_is_shown_and_no_other(engine: Engine, ids: dict[str, int]) -> None:
    assert said_of(engine, ids["neglect"]) == ["Learning", "Keywords"]
    assert said_of(engine, ids["suspected"]) == said_of(engine, ids["removed"]) == []
    with reading(engine) as session:
        first = label_rows.listed(session, limit=1)
        rest = label_rows.listed(session, after=first[-1].entry)
    assert [one.publication for one in (*first, *rest)] == [ids["neglect"]] * 2 + [ids["nasty"]] * 2
    assert (first[0].publisher, first[0].url, first[0].agencies) == (
        "Collection", "https://c.example/neglect", ["police", "education"],
    )  # fmt: skip
    assert "neglect" in first[1].themes


@pytest.mark.parametrize("what", ["anonymous", "gone", "another kind", "no labels"])
def test_labels_that_are_not_told(engine: Engine, ids: dict[str, int], now: datetime, what: str) -> None:
    with writing(engine) as session:
        source = session.get_one(Source, 2)
        for entry in session.exec(select(Entry).where(Entry.source_id == 2, Entry.publication_id == ids["neglect"])):
            entry.anonymous = what == "anonymous"
            entry.gone_at = now if what == "gone" else None
            entry.labels = {"Learning": "", "Model": "x"} if what == "no labels" else entry.labels
        source.kind = "listing" if what == "another kind" else "nspcc"
    assert said_of(engine, ids["neglect"]) == []


@pytest.fixture
def client(engine: Engine, ids: dict[str, int], tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings_for(str(engine.url), tmp_path), now) as client:
        sign_in(client, STAFF)
        yield client


def test_the_page_tells_them_with_their_source(client: TestClient, ids: dict[str, int]) -> None:
    text = client.get(f"/publications/{ids['neglect']}").text
    place = f'<a class="govuk-link" href="/documents/{ids["neglect version"]}#page=2">Overview report, page 2</a>'
    assert f"Under 1, from “aged 7 weeks” ({place})" in text
    assert text.count("7 weeks") == 1
    assert "Names: police, schools and colleges" in text
    assert "What Collection’s entry says" in text
    assert 'href="https://c.example/neglect"' in text
    assert "<script>alert" not in text
    hidden = client.get(f"/publications/{ids['suspected']}").text
    assert "Under 1" not in hidden
    assert "entry says" not in hidden


def test_the_api_tells_them(client: TestClient, ids: dict[str, int]) -> None:
    answer = client.get("/api/v1/lessons")
    first = answer.json()["items"][0]
    assert first["agencies"] == ["police", "education"]
    assert first["age"] == {
        "bands": ["under-1"], "version": ids["neglect version"], "role": "overview_report", "page": 2,
    }  # fmt: skip
    assert "7 weeks" not in answer.text
    page = client.get("/api/v1/labels", params={"limit": 1}).json()
    assert [(one["publication"], one["label"]) for one in page["items"]] == [
        (ids["neglect"], "Learning"), (ids["neglect"], "Keywords"),
    ]  # fmt: skip
    rest = client.get("/api/v1/labels", params={"after": page["next_after"]}).json()
    assert {one["publication"] for one in rest["items"]} == {ids["nasty"]}
    assert client.get("/api/v1/labels", params={"after": rest["next_after"]}).json() == {**rest, "items": []}
