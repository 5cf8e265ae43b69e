"""A reading that the database refuses is told of as failed, and takes no other with it."""

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import col, select

from config.sources_toml import Catalogue, PublisherRow, SourceRow
from reviewwatch.storing import store
from store import sources
from store.database import reading, writing
from store.models import CrawlRun, Entry, Incident, Source
from store.reading import Reading, SeenEntry, SeenPage

NAMES = ("alpha", "beta", "gamma")
URL = "https://{}.example.org/reviews"


def found(name: str, *, fit: bool = True) -> Reading:
    url = URL.format(name)
    page = SeenPage(url=url, status=200, sha256="a" * 64)
    pages = (page,) if fit else (page, page)  # no source has two rows for one page
    return Reading(source=name, entries=(SeenEntry(key="q", url=url, heading="Child Q", page=url),), pages=pages)


def prepare(engine: Engine, now: datetime) -> None:
    rows = [SourceRow(name=one, publisher="exampleshire", kind="listing", url=URL.format(one)) for one in NAMES]
    publisher = PublisherRow(id="exampleshire", name="Exampleshire", short="Exampleshire", kind="partnership")
    with writing(engine) as session:
        sources.import_catalogue(session, Catalogue(publishers=[publisher], sources=rows), now=now)


def test_one_that_cannot_be_stored_harms_no_other(engine: Engine, now: datetime) -> None:
    prepare(engine, now)
    summaries = store(engine, [found("alpha"), found("beta", fit=False), found("gamma")], now=now)
    assert [(one.source, one.outcome, one.new) for one in summaries] == [
        ("alpha", "baseline", 1),
        ("beta", "failed", 0),
        ("gamma", "baseline", 1),
    ]
    with reading(engine) as session:
        [incident] = session.exec(select(Incident)).all()
        assert incident.kind == summaries[1].incident == "structure"
        assert incident.evidence == "What was read could not be stored (IntegrityError). The log says more."
        entries = select(Source.name).join(Entry).order_by(col(Source.name))
        assert session.exec(entries).all() == ["alpha", "gamma"]
        assert len(session.exec(select(CrawlRun)).all()) == len(NAMES)


def test_it_is_well_again_when_it_can_be_stored(engine: Engine, now: datetime) -> None:
    prepare(engine, now)
    store(engine, [found("beta", fit=False)], now=now)
    [summary] = store(engine, [found("beta")], now=now + timedelta(hours=1))
    assert (summary.outcome, summary.new) == ("baseline", 1)
    with reading(engine) as session:
        [incident] = session.exec(select(Incident)).all()
        assert incident.resolved_at
