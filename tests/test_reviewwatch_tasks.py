"""The whole job over the sample publishers' story: from pages to the change log, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from samples.changes import HELD, NEVER_JOINED
from store import export, incidents, search
from store.database import engine_for, reading, writing
from store.models import Change, Entry, Match, Publication, Version
from store.query import parse
from tests.story import Story, story

DAYS = 8


@pytest.mark.timeout(400)
def test_the_story_is_told_right(engine: Engine, tmp_path: Path) -> None:
    with story(engine, tmp_path) as told:
        for day in range(DAYS):
            summaries = told.play(day)
            _check_sources(told, day, {name: one.incident for name, one in summaries.items()})
            _check_changes(told, day)
        _check_anonymous(told)
        _check_withdrawn(told)


def _check_sources(told: Story, day: int, found: dict[str, str | None]) -> None:
    wanted = dict(told.expected(day).failing) | dict.fromkeys(HELD.get(day, ()), "structure")
    assert {name: kind for name, kind in found.items() if kind} == wanted, f"day {day}"


def _check_changes(told: Story, day: int) -> None:
    story_day = told.expected(day)
    if day == 0:
        assert told.changes(0, "new", only_news=True) == set(), "a baseline is not announced"
        return
    new = told.publications_of(day, set(story_day.new))
    assert len(new) == len(story_day.new), f"day {day}: one publication for each new review"
    assert told.changes(day, "new", only_news=True) == new, f"day {day}"
    for kind, wanted in (
        ("document_added", story_day.documents_added),
        ("document_replaced", story_day.documents_replaced),
        ("updated", story_day.updated),
        ("suspected", story_day.suspected),
    ):
        expected_ids = told.publications_of(day, {change.review for change in wanted})
        news = kind != "suspected"  # which is hidden, not told
        assert told.changes(day, kind, only_news=news) == expected_ids, f"day {day}: {kind}"
    assert told.changes(day, "unlisted") == told.publications_of(day, set(story_day.unlisted)), f"day {day}"


def _check_anonymous(told: Story) -> None:
    """Rule 7: equal bytes, but one is anonymous: a proposal, never a link."""
    assert NEVER_JOINED
    with reading(told.engine) as session:
        # sources come in any order, so one may have been kept for itself until what it belongs to was there
        for publication in session.exec(select(Publication).where(Publication.status != "joined")):
            statement = select(Entry.anonymous).where(Entry.publication_id == publication.id).distinct()
            assert len(session.exec(statement).all()) == 1, publication.title
        proposed = session.exec(select(Match).where(Match.state == "proposed")).all()
        assert any("anonymous" in signal["reason"] for match in proposed for signal in match.signals)


def _check_withdrawn(told: Story) -> None:
    """Rule 6: nothing of what is suspected is found or exported."""
    with reading(told.engine) as session:
        hidden = set(session.exec(select(Publication.id).where(Publication.status == "suspected")))
        assert hidden
        assert not hidden & search.matching_ids(session, parse(""))
        hashes = set(session.exec(select(Version.sha256).where(Version.state == "suspected")))
        assert hashes
        lines = "\n".join(export.write(export.records(session), "jsonl"))
        assert not [one for one in hashes if one in lines]


@pytest.mark.timeout(200)
def test_reading_twice_asks_once_for_each_list_and_changes_nothing(sqlite_address: str, tmp_path: Path) -> None:
    engine = engine_for(sqlite_address)
    with story(engine, tmp_path) as told:
        names = [name for name in told.names() if not name.startswith("merefold")]  # which sends no validators
        told.play(0, names)
        with reading(engine) as session:
            before = list(export.records(session))
            logged = session.exec(select(func.max(col(Change.id)))).one()
        summaries = told.play(0, names)
        asked = list(told.server.requests)
        with reading(engine) as session:
            assert session.exec(select(func.max(col(Change.id)))).one() == logged
            assert list(export.records(session)) == before
    assert {one.outcome for one in summaries.values()} == {"unchanged"}
    assert len({(one.host, one.path) for one in asked}) == len(asked), "each address once"
    assert all(one.conditional and one.status == 304 and one.bytes == 0 for one in asked)


@pytest.mark.timeout(200)
def test_an_administrator_lets_a_rebuilt_site_pass(sqlite_address: str, tmp_path: Path) -> None:
    engine = engine_for(sqlite_address)
    names = ["wexmoor-reviews"]
    with story(engine, tmp_path) as told:
        told.play(0, names)
        held = told.play(6, names)["wexmoor-reviews"]
        assert (held.outcome, held.held, held.new) == ("held", 5, 0)
        with writing(engine) as session:
            (incident, _source) = incidents.listed(session, only_open=True)[0]
            incidents.resolve(session, incident.id or 0, now=told.moment(7), by="test")
        passed = told.play(7, names)["wexmoor-reviews"]
        assert (passed.outcome, passed.new) == ("ok", 0)
        assert len(told.changes(7, "moved")) == 5
        assert told.changes(7, "suspected") == set()
        assert told.changes(7, "document_added") == set()
