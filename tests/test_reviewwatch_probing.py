"""`doctor --sources` over the sample publishers: what it proposes, and that it stores nothing."""

from pathlib import Path

from sqlmodel import col, func, select

from config.source_rows import SourceRow
from config.sources_toml import read_sources
from reviewwatch.probing import Probe, probe_all, proposed, report, write
from reviewwatch.program import Program
from reviewwatch.seed import option_models
from spiders.proposing import candidates_in
from store import sources
from store.database import engine_for, reading, writing
from store.models import Entry, Source
from store.reading import IncidentKind, Problem
from tests.conftest import NOW
from tests.story import story

ROW = SourceRow(name="a", publisher="a", kind="listing", url="https://www.example.org/old", enabled=False)
CHOSEN = {"exampleshire-reviews", "larksea-reviews", "valenews-feed"}


def test_a_source_that_reads_well_is_switched_on_where_it_is_now() -> None:
    row = proposed(
        Probe(ROW, final_url="https://www.example.org/new", kind="listing", entries=4, left_out=0), "2031-12-01"
    )
    assert (row.url, row.enabled) == ("https://www.example.org/new", True)


def test_a_source_that_cannot_be_read_stays_as_it_is_with_a_note() -> None:
    problem = Problem(kind=IncidentKind.ROBOTS, evidence="robots.txt forbids it.")
    row = proposed(Probe(ROW, problem=problem), "2031-12-01")
    assert (row.url, row.enabled, row.note) == (ROW.url, False, "Looked at on 2031-12-01: robots.")


def test_candidates() -> None:
    head = (
        "<link rel='alternate' type='application/rss+xml' href='/feed'><link rel='https://api.w.org/' href='/wp-json/'>"
    )
    assert candidates_in("https://www.example.org/a", head) == (
        "https://www.example.org/feed",
        "https://www.example.org/wp-json/",
    )


def test_the_whole_way(sqlite_address: str, tmp_path: Path) -> None:
    engine = engine_for(sqlite_address)
    with story(engine, tmp_path) as told:
        with writing(engine) as session:
            for source in session.exec(select(Source).where(col(Source.name).not_in(CHOSEN))):
                session.delete(source)
            for source in session.exec(select(Source).where(col(Source.name).in_(CHOSEN))):
                source.enabled = False
        told.server.fail("larksea", "robots")
        program = Program(told.settings, engine, NOW)
        probes = probe_all(program)
        with reading(engine) as session:
            catalogue = sources.export_catalogue(session)
            assert session.exec(select(func.count(col(Entry.id)))).one() == 0
        files = write(probes, catalogue, tmp_path / "report", "2031-12-01")
    assert {one.row.name for one in probes if one.entries} == {"exampleshire-reviews", "valenews-feed"}
    rows = read_sources(files[1], name="proposed", kinds=option_models()).sources
    assert {row.name: row.enabled for row in rows} == {
        "exampleshire-reviews": True,
        "larksea-reviews": False,
        "valenews-feed": True,
    }
    assert "robots" in report(probes, "2031-12-01")
    engine.dispose()
