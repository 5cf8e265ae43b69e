"""Worker, clock and queue: what is due is done, and a step that fails does not end them."""

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from sqlmodel import select

from config.settings import Settings
from config.sources_toml import Catalogue, PublisherRow, SourceRow
from reviewwatch import clock, queue, tasks, worker
from reviewwatch.program import Program
from reviewwatch.work import Work
from store import sources
from store.addresses import host_of
from store.database import engine_for, reading, writing
from store.models import Document, Entry, EntryDocument, Version
from tests.loopback import Page, serve

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Reviews</title>
<item><title>Review of Child Birch</title><link>{url}/birch</link><guid>birch</guid></item></channel></rss>"""


def program_of(engine: Engine, folder: Path, now: datetime) -> Program:
    return Program(
        Settings(data_dir=folder, allow_private_addresses=True, download_delay=0, secret_key="for tests"), engine, now
    )


@pytest.fixture
def program(engine: Engine, tmp_path: Path, now: datetime) -> Program:
    return program_of(engine, tmp_path, now)


@pytest.fixture
def on_postgres(postgres_address: str, tmp_path: Path, now: datetime) -> Iterator[Program]:
    engine = engine_for(postgres_address)
    yield program_of(engine, tmp_path, now)
    engine.dispose()


def add_source(program: Program, url: str) -> None:
    catalogue = Catalogue(
        publishers=[PublisherRow(id="exampleshire", name="Exampleshire", short="Exampleshire", kind="partnership")],
        sources=[SourceRow(name="exampleshire-feed", publisher="exampleshire", kind="feed", url=url)],
    )
    with writing(program.engine) as session:
        sources.import_catalogue(session, catalogue, now=program.now)


def last_read(program: Program) -> datetime | None:
    with reading(program.engine) as session:
        return sources.by_name(session, "exampleshire-feed").last_read_at


def test_a_round_reads_what_is_due_once(program: Program) -> None:
    with serve() as site:
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url), type="application/rss+xml")
        add_source(program, f"{site.url}/feed.xml")
        assert worker.watch(program, program.now) == 1
        assert worker.watch(program, program.now) == 0
    assert last_read(program) == program.now


def test_a_document_whose_bytes_are_lost_is_fetched_again(program: Program) -> None:
    """A store of files restored from an older copy: one missing file must not hold up all the others."""
    with serve() as site:
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url), type="application/rss+xml")
        site.pages["/birch"] = Page("<h1>Birch</h1><p>What was learned.</p>", etag='"1"')
        add_source(program, f"{site.url}/feed.xml")
        work = Work(program.engine, program.files, program.settings, program.now)
        tasks.crawl_sources(work, ["exampleshire-feed"])
        with writing(program.engine) as session:
            entry = session.get_one(Entry, 1)
            document = Document(url=f"{site.url}/birch", canonical="birch", host=host_of(site.url), first_seen=work.now)
            document.due_at = work.now
            session.add(document)
            session.flush()
            session.add(EntryDocument(entry_id=entry.id or 0, document_id=document.id or 0, first_seen=work.now))
            lost = Version(document_id=document.id or 0, sha256="0" * 64, first_seen=work.now, last_seen=work.now)
            session.add(lost)
        tasks.work_off(work)
    with reading(program.engine) as session:
        assert [version.text_state for version in session.exec(select(Version))] == ["read"]


def test_nothing_to_tell_is_no_digest(program: Program) -> None:
    assert worker.tell(program, program.now) == 0


def test_a_step_that_fails_is_logged_and_the_next_one_comes(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    def step(_program: Program, _now: datetime) -> int:
        raise RuntimeError("out of order")

    with caplog.at_level(logging.ERROR):
        assert worker.safely(step, program) == 0
    assert worker.safely(lambda _program, _now: 3, program) == 3


def test_only_what_is_old_is_swept(tmp_path: Path) -> None:
    old, new = tmp_path / "reviewwatch-old", tmp_path / "reviewwatch-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "part").write_bytes(b"x")
    os.utime(old, (0, 0))
    worker.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [new]


def test_a_tick_on_sqlite_tells_what_is_due(
    sqlite_address: str, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_for(sqlite_address)
    tell, told = worker.tell, []

    def telling(program: Program, at: datetime) -> int:
        told.append(tell(program, at))
        return told[-1]

    monkeypatch.setattr(worker, "tell", telling)
    clock.tick(program_of(engine, tmp_path, now))
    engine.dispose()
    assert told == [0], "it came to its end, and nothing was due"


def test_a_tick_on_postgres_hands_in_each_job_once(on_postgres: Program) -> None:
    assert queue.defer(on_postgres) == ["watch", "tell", "tidy", "scan"]
    assert queue.defer(on_postgres) == []
    clock.tick(on_postgres)
    assert not inspect(on_postgres.engine).has_table("procrastinate_jobs")  # they have a schema of their own
    assert inspect(on_postgres.engine).has_table("procrastinate_jobs", schema=queue.SCHEMA)


def test_a_worker_on_postgres_takes_the_jobs(on_postgres: Program) -> None:
    with serve() as site:
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url), type="application/rss+xml")
        add_source(on_postgres, f"{site.url}/feed.xml")
        queue.defer(on_postgres)
        queue.work(on_postgres, wait=False)
    assert last_read(on_postgres) is not None
    assert queue.defer(on_postgres) == ["watch", "tell", "tidy", "scan"]
