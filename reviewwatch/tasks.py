"""The work that is due, done step by step; each step claims, does and writes down, and can be done again.

A killed step leaves rows that are due again: nothing is half stored (rule 4, store.readings; store.documents).
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import structlog
from sqlalchemy import Engine

from config.settings import Settings
from spiders.engine import crawl, fetch
from store import claims, documents, incidents, joining, readings, settling, sources
from store.addresses import host_of
from store.database import reading, writing, writing_archive
from store.documents import Round
from store.entries import RunSummary
from store.files import FileMissing, Files
from store.models import Document, Source
from store.reading import FetchJob, FetchRequest
from store.text import Extractor

HOSTS_AT_ONCE = 4
HOST_CLAIM = timedelta(hours=3)
READING_LIMIT = 2 * 3600.0
"""Seconds; a first reading asks for every page once, at least two seconds apart."""
WAIT_FOR_HOST = 60.0
"""Seconds that a reading asked for by a person waits for another process that is at the same host."""
FETCH_AT_ONCE = 50
PASSES = 20
"""A bound on rounds of fetching: an address that keeps changing must not keep us for ever."""

Note = Callable[[str], None]
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Work:
    """What every step needs."""

    engine: Engine
    files: Files
    settings: Settings
    now: datetime
    note: Note = lambda _text: None
    """Told of each thing done, for a progress display."""
    wait: float = 0.0
    """Seconds to wait for a host that another process is reading."""


# --- reading sources --------------------------------------------------------------------------------------------------


def crawl_sources(work: Work, names: Iterable[str], *, only_due: bool = False) -> list[RunSummary]:
    """Read sources: those of one host one after the other, several hosts at once. One summary each, in their order."""
    with reading(work.engine) as session:
        chosen = [sources.by_name(session, name) for name in names]
    order = {source.name: number for number, source in enumerate(chosen)}
    chosen.sort(key=lambda source: host_of(source.url))
    groups = [list(group) for _, group in groupby(chosen, key=lambda source: host_of(source.url))]
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        done = list(pool.map(lambda group: _crawl_host(work, group, only_due=only_due), groups))
    return sorted((one for group in done for one in group), key=lambda summary: order[summary.source])


def _crawl_host(work: Work, group: Sequence[Source], *, only_due: bool) -> list[RunSummary]:
    with at_host(work, host_of(group[0].url)) as ours:
        if not ours:
            return [RunSummary(source.name, "busy") for source in group] if not only_due else []
        return [summary for source in group if (summary := _crawl_one(work, source.name, only_due=only_due))]


def _crawl_one(work: Work, name: str, *, only_due: bool) -> RunSummary | None:
    with writing(work.engine) as session:
        source = sources.by_name(session, name)
        if only_due and (source.due_at is None or source.due_at > work.now or not source.enabled):
            return None  # another process has read it meanwhile
        job = sources.job_for(session, source, work.settings, now=work.now)
    found = crawl.read(job, time_limit=READING_LIMIT)
    with writing_archive(work.engine) as session:
        summary = readings.take(session, sources.by_name(session, name), found, now=work.now)
    work.note(name)
    logger.info("source read", source=name, outcome=summary.outcome, new=summary.new, held=summary.held)
    return summary


@contextmanager
def at_host(work: Work, name: str) -> Iterator[bool]:
    """Hold the host's claim: one process, one request at a time (rule 10). False: another process has it."""
    deadline = time.monotonic() + work.wait
    ours = _claim_host(work, name)
    while not ours and time.monotonic() < deadline:
        time.sleep(0.2)
        ours = _claim_host(work, name)
    try:
        yield ours
    finally:
        if ours:
            with writing(work.engine) as session:
                claims.release(sources.host(session, name))


def _claim_host(work: Work, name: str) -> bool:
    with writing_archive(work.engine) as session:
        # a claim is about processes, so it goes by the real clock, whatever moment the command acts as of
        return claims.claim(session, sources.host(session, name), now=claims.real_now(), lasts=HOST_CLAIM)


# --- fetching documents -----------------------------------------------------------------------------------------------


def fetch_documents(work: Work, round_: Round) -> int:
    """Fetch the documents that are due; returns how many were asked for."""
    with reading(work.engine) as session:
        due = sorted(documents.due(session, work.now, round_), key=lambda one: one.host)
    groups = [(host, [one.id or 0 for one in group]) for host, group in groupby(due, key=lambda one: one.host)]
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        return sum(pool.map(lambda group: _fetch_host(work, group[0], group[1], round_), groups))


def _fetch_host(work: Work, host: str, ids: Sequence[int], round_: Round) -> int:
    with at_host(work, host) as ours:
        if not ours:
            return 0
        parts = [ids[start : start + FETCH_AT_ONCE] for start in range(0, len(ids), FETCH_AT_ONCE)]
        return sum(_fetch_part(work, host, part, round_) for part in parts)


def _fetch_part(work: Work, host: str, ids: Sequence[int], round_: Round) -> int:
    with tempfile.TemporaryDirectory(prefix="reviewwatch-", dir=_scratch(work.settings)) as folder:
        job = _fetch_job(work, host, ids, folder, round_)
        if not job.requests:
            return 0
        result = fetch.fetch(job)
        for one in result.fetched:
            with writing_archive(work.engine) as session:
                documents.store_fetched(session, work.files, one, folder=Path(folder), now=work.now)
            work.note(one.url)
        with writing_archive(work.engine) as session:
            sources.keep_robots(session, result.robots, now=work.now)
    return len(result.fetched)


def _scratch(settings: Settings) -> Path:
    folder = settings.data_dir / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fetch_job(work: Work, host: str, ids: Sequence[int], folder: str, round_: Round) -> FetchJob:
    with reading(work.engine) as session:
        still = {one.id for one in documents.due(session, work.now, round_)}
        rows = [session.get_one(Document, one) for one in ids if one in still]
        requests: tuple[FetchRequest, ...] = tuple(documents.request_for(row) for row in rows)
        robots = tuple(sources.robots_of(session, [host], now=work.now))
    return FetchJob(
        requests=requests,
        folder=folder,
        robots=robots,
        user_agent=work.settings.user_agent,
        download_delay=work.settings.download_delay,
        allow_private_addresses=work.settings.allow_private_addresses,
        now=work.now,
    )


# --- text and matching ------------------------------------------------------------------------------------------------


def read_texts(work: Work) -> int:
    """Read the text of all versions that wait for it; returns how many."""
    count = 0
    with Extractor() as extractor:
        while True:
            with reading(work.engine) as session:
                waiting = documents.waiting_for_text(session)
            if not waiting:
                return count
            for one in waiting:
                try:
                    with work.files.local_path(one.sha256) as path:
                        extracted = extractor.extract(path, one.media_type)
                except FileMissing:
                    logger.error("a document's bytes are missing and will be fetched again", sha256=one.sha256)
                    with writing_archive(work.engine) as session:
                        documents.bytes_are_missing(session, one.version_id, now=work.now)
                    continue
                with writing_archive(work.engine) as session:
                    documents.store_text(session, work.files, one.version_id, extracted, now=work.now)
                work.note(f"text {one.version_id}")
                count += 1


def settle(work: Work) -> int:
    """Give entries their publication and late documents their place; one short transaction each."""
    with reading(work.engine) as session:
        waiting = [entry.id for entry in settling.pending(session)]
    for entry_id in waiting:
        with writing_archive(work.engine) as session:
            joining.settle_one(session, entry_id or 0, now=work.now)
    with reading(work.engine) as session:
        late = [entry.id for entry in settling.with_late_documents(session)]
    for entry_id in late:
        with writing_archive(work.engine) as session:
            joining.take_late_documents(session, entry_id or 0, now=work.now)
    return len(waiting) + len(late)


def work_off(work: Work) -> None:
    """Do all that readings have made due: fetch, read, settle, then look again at what seems gone."""
    for _ in range(PASSES):
        if not _fetch_and_settle(work, Round.UNTRIED):
            break
    _fetch_and_settle(work, Round.AGAIN)
    _fetch_and_settle(work, Round.SECOND_LOOK)
    with writing_archive(work.engine) as session:
        incidents.resolve_documents(session, now=work.now)


def _fetch_and_settle(work: Work, round_: Round) -> int:
    fetched = fetch_documents(work, round_)
    read_texts(work)
    return settle(work) + fetched


def second_reading(work: Work) -> list[RunSummary]:
    """Read once more the sources that miss an entry since this moment: nothing is called gone on one read (rule 3)."""
    with reading(work.engine) as session:
        names = [source.name for source in sources.missing_entries_since(session, work.now)]
    return crawl_sources(work, names)


def crawl_and_work(work: Work, names: Sequence[str], *, only_due: bool = False) -> list[RunSummary]:
    """Readings, second looks, and everything that they make due. One summary for each source that was read."""
    summaries = crawl_sources(work, names, only_due=only_due)
    second_reading(work)  # it only confirms: what the first one found is what is told
    work_off(work)
    return summaries
