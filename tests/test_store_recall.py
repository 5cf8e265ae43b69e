"""What witnesses list and a source does not: recall, delay and questions for an administrator."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from store import recall, sources
from store.database import engine_for, reading
from store.models import Entry, Publication, Source
from store.recall import Recall, Sighting, measure
from tests.conftest import NOW
from tests.story import story

DAY = timedelta(days=1)


def test_nothing_witnessed_is_nothing_measured() -> None:
    told = measure([Sighting(1, NOW)], [])
    assert (told, told.share) == (Recall(0, 0), None)


def test_share_and_delay() -> None:
    own = [Sighting(1, NOW + 2 * DAY), Sighting(2, NOW - DAY), Sighting(3, NOW, baseline=True), Sighting(9, NOW)]
    witnessed = [Sighting(1, NOW), Sighting(1, NOW + DAY), Sighting(2, NOW), Sighting(3, NOW), Sighting(4, NOW)]
    told = measure(own, witnessed)
    assert (told.listed, told.shown, told.share) == (4, 3, 0.75)
    assert told.delay == DAY / 2, "the middle of two days late and one day early"


def test_what_only_a_witness_lists_becomes_a_question(sqlite_address: str, tmp_path: Path) -> None:
    engine = engine_for(sqlite_address)
    with story(engine, tmp_path) as told, reading(engine) as session:
        own, witness = (sources.by_name(session, name) for name in ("exampleshire-reviews", "society-year-list"))
        own.baseline_at = NOW
        publications = [Publication(title=f"Child {name}", kind="local_review", first_seen=NOW) for name in "RS"]
        session.add_all(publications)
        session.flush()
        _list(session, witness, publications[0].id, "Exampleshire")
        _list(session, witness, publications[1].id, "Exampleshire")
        _list(session, own, publications[0].id, "")
        session.flush()
        assert recall.of_source(session, own).share == 0.5
        assert [one.publication for one in recall.questions(session, own)] == [publications[1].id]
        assert recall.questions(session, witness) == []
        session.rollback()
    assert told
    engine.dispose()


def _list(session: Session, source: Source, publication: int | None, area: str) -> None:
    session.add(
        Entry(
            source_id=source.id or 0,
            key=f"{source.name}-{publication}",
            url="https://www.example.org/r",
            canonical="www.example.org/r",
            heading=f"{area} review",
            kind="local_review",
            first_seen=NOW,
            last_seen=NOW,
            publication_id=publication,
            area_publisher_id="exampleshire" if area else None,
        )
    )
