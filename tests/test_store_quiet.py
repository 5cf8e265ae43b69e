"""Quiet readings stored many at once say the same as each stored alone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from store import incidents, quiet, readings
from store.database import writing
from store.models import CrawlRun, Entry, Incident, Publisher, Source, SourcePage
from store.reading import IncidentKind, Problem, Reading, RobotsState, SeenEntry, SeenPage

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
URL = "https://{}.example.org/reviews"


def first(name: str) -> Reading:
    url = URL.format(name)
    entries = (
        SeenEntry(key="q", url=f"{url}/q", heading="Child Q", page=url, detail_page=f"{url}/q"),
        SeenEntry(key="r", url=f"{url}/r", heading="Child R", page=url),
        SeenEntry(key="s", url=f"{url}/s", heading="Child S", page=f"{url}/older"),
    )
    pages = tuple(SeenPage(url=one, status=200, etag='"1"', sha256="a" * 64) for one in (url, f"{url}/older"))
    return Reading(source=name, entries=entries, pages=pages, requests=3)


def as_before(name: str, **more: Any) -> Reading:
    pages = (SeenPage(url=URL.format(name), status=304, etag='"1"'),)
    return Reading(**{"source": name, "pages": pages, "requests": 1, "seconds": 0.25, **more})


def prepare(session: Session, names: Sequence[str]) -> None:
    session.add(Publisher(id="exampleshire", name="Exampleshire", short="Exampleshire"))
    session.flush()
    for name in names:
        source = Source(name=name, publisher_id="exampleshire", kind="listing", url=URL.format(name), due_at=NOW)
        session.add(source)
        session.flush()
        readings.take(session, source, first(name), now=NOW)


def rows(session: Session, model: type[SQLModel], source: Source) -> list[dict[str, Any]]:
    """A source's rows without what only says which of them it is."""
    key: Any = model
    owner = key.id if model is Source else key.source_id
    found = session.exec(select(model).where(owner == source.id).order_by(key.id)).all()
    return [{k: v for k, v in one.model_dump().items() if k not in ("id", "source_id", "name", "url")} for one in found]


def told(session: Session, source: Source) -> list[Any]:
    session.expire_all()
    return [
        [{k: str(v).replace(source.name, "SOURCE") for k, v in row.items()} for row in rows(session, model, source)]
        for model in (Source, Entry, SourcePage, CrawlRun)
    ]


def test_together_is_the_same_as_one_by_one(engine: Engine) -> None:
    with writing(engine) as session:
        prepare(session, ["alpha", "beta"])
        alone, together = session.exec(select(Source).order_by(col(Source.name))).all()
        said = readings.take(session, alone, as_before("alpha"), now=LATER)
        session.flush()
        [at_once] = quiet.take(session, [as_before("beta")], now=LATER)
        assert (at_once.outcome, at_once.entries) == (said.outcome, said.entries) == ("unchanged", 2)
        assert told(session, together) == told(session, alone)


@pytest.mark.parametrize("what", ["incident", "missing", "failing", "first"])
def test_what_is_not_plain_is_left_to_the_long_way(engine: Engine, what: str) -> None:
    with writing(engine) as session:
        prepare(session, ["one"])
        source = session.exec(select(Source)).one()
        if what == "incident":
            incidents.open_incident(session, source, Problem(kind=IncidentKind.SLOW, evidence="slow"), now=NOW)
        elif what == "missing":
            session.exec(select(Entry)).first().missing_reads = 1  # type: ignore[union-attr]
        elif what == "failing":
            source.failing_since = NOW
        else:
            source.baseline_at = None
        session.flush()
        assert quiet.take(session, [as_before("one")], now=LATER) == []


def test_all_of_a_portion_are_stored_in_their_order(engine: Engine) -> None:
    with writing(engine) as session:
        prepare(session, ["one", "two", "three"])
        two = session.exec(select(Source).where(Source.name == "two")).one()
        incidents.open_incident(session, two, Problem(kind=IncidentKind.SLOW, evidence="slow"), now=NOW)
        session.flush()
        found = [as_before(name) for name in ("three", "two", "one")]
        summaries = readings.take_all(session, found, now=LATER)
        assert [(one.source, one.outcome) for one in summaries] == [
            ("three", "unchanged"),
            ("two", "unchanged"),
            ("one", "unchanged"),
        ]
        assert session.exec(select(Incident.resolved_at)).one() == LATER


@pytest.mark.parametrize(
    "more",
    [
        {"problem": Problem(kind=IncidentKind.SLOW, evidence="slow")},
        {"entries": first("one").entries},
        {"robots": (RobotsState(host="one.example.org", text="", status=404),)},
        {"pages": first("one").pages},
    ],
)
def test_what_is_no_quiet_reading(more: dict[str, Any]) -> None:
    assert quiet.is_quiet(as_before("one"))
    assert not quiet.is_quiet(as_before("one", **more))
