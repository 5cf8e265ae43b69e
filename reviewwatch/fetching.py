"""Fetching documents: those of one host one after the other, several hosts at once; each is stored as it comes."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from config.settings import Settings
from reviewwatch.holding import at_host
from reviewwatch.work import HOSTS_AT_ONCE, Work
from spiders.engine import fetch
from store import documents, sources
from store.database import reading, writing_archive
from store.documents import Round
from store.models import Document
from store.reading import FetchJob, FetchRequest

FETCH_AT_ONCE = 50


def fetch_documents(work: Work, round_: Round) -> int:
    """Fetch the documents that are due; returns how many were asked for."""
    with reading(work.engine) as session:
        due = sorted(documents.due(session, work.now, round_), key=lambda one: one.host)
    groups = [(host, [one.id or 0 for one in group]) for host, group in groupby(due, key=lambda one: one.host)]
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        return sum(pool.map(lambda group: _fetch_host(work, group[0], group[1], round_), groups))


def _fetch_host(work: Work, host: str, ids: Sequence[int], round_: Round) -> int:
    with at_host(work.engine, host, wait=work.wait) as ours:
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
