"""`doctor --sources` over the sample publishers: what it proposes, and that it stores nothing."""

from pathlib import Path

from sqlmodel import col, func, select

from config.settings import Settings
from config.source_rows import SourceRow
from config.sources_toml import read_sources
from reviewwatch.probing import BUSY, Probe, probe_all, proposed, report, write
from reviewwatch.program import Program
from reviewwatch.seed import option_models
from spiders.proposing import candidates_in
from store import sources
from store.database import engine_for, reading, writing
from store.models import Entry, Source
from store.reading import IncidentKind, Problem
from tests.conftest import NOW
from tests.loopback import Page, serve
from tests.story import story
from tests.test_flow_held import TOML

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


def test_a_site_that_another_process_reads_is_said_and_left_as_it_is() -> None:
    busy = Probe(ROW, reason=BUSY)
    assert proposed(busy, "2031-12-01") == ROW
    assert "not looked at" in report([busy], "2031-12-01")


MOVED = Page(
    "<html><head><link rel='alternate' type='application/rss+xml' href='/feed'><link rel='https://api.w.org/'"
    " href='/wp-json/'></head><body><main><h1>Reviews</h1><ul><li><a href='/wren.pdf'>Child Wren: local review,"
    " March 2030</a></li><li><a href='/privacy'>Privacy notice</a></li></ul></main></body></html>"
)


def test_redirects_candidates_and_what_would_be_found(sqlite_address: str, tmp_path: Path) -> None:
    engine = engine_for(sqlite_address)
    settings = Settings(data_dir=tmp_path, download_delay=0.0, allow_private_addresses=True, contact="a@example.org")
    with serve({"/old": Page(status=301, headers={"Location": "/reviews"}), "/reviews": MOVED}) as site:
        toml = TOML.replace("/reviews", "/old").replace("enabled = true", "enabled = false").format(url=site.url)
        with writing(engine) as session:
            sources.import_catalogue(session, read_sources(toml, name="old", kinds=option_models()), now=NOW)
        (probe,) = probe_all(Program(settings, engine, NOW))
        with reading(engine) as session:
            catalogue = sources.export_catalogue(session)
    assert (probe.final_url, probe.kind, probe.entries) == (f"{site.url}/reviews", "wordpress", 1)
    assert probe.candidates == (f"{site.url}/feed", f"{site.url}/wp-json/")
    told = report([probe], "2031-12-01")
    for said in ("now at", "looks like `wordpress`", "/wp-json/", "1 entries", "such as Child Wren"):
        assert said in told, said
    files = write([probe], catalogue, tmp_path, "2031-12-01")
    (row,) = read_sources(files[1], name="proposed", kinds=option_models()).sources
    assert (row.url, row.enabled) == (f"{site.url}/reviews", True)
    assert all("reviewwatch/0.1 (+" in asked.headers["user-agent"] for asked in site.log)
    engine.dispose()


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
