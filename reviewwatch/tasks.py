"""The work that is due, done step by step; each step claims, does and writes down, and can be done again.

A killed step leaves rows that are due again: nothing is half stored (rule 4, store.readings; store.documents).
"""

import time
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import ceil

import structlog

from reviewwatch.fetching import fetch_documents
from reviewwatch.holding import PAUSE, at_hosts
from reviewwatch.storing import store
from reviewwatch.work import Work
from spiders.engine import crawl
from store import documents, incidents, joining, renewal, scan, scans, settling, signatures, sources, traits
from store.database import reading, writing_archive
from store.documents import Round
from store.entries import RunSummary
from store.files import FileMissing
from store.reading import Reading
from store.text import Extractor

CHILDREN_AT_ONCE = 2
"""Child processes that read sources: each asks many hosts at a time, and uses a processor only to understand pages."""
BATCH = 200
"""Sources that one child process reads, about."""
READING_LIMIT = 2 * 3600.0
"""Seconds; a first reading asks for every page once, at least two seconds apart."""
WAIT_FOR_HOST = 60.0
"""Seconds that a reading asked for by a person waits for another process that is at the same host."""
SIGNED_AT_ONCE = 100
"""Texts in one transaction, so that others may write meanwhile."""
READ_AGAIN_AT_ONCE = 20
"""Publications in one transaction, for the same reason: all their words are indexed anew."""
PAGES_AT_ONCE = 4
"""Pictures of pages; after so many everything else has its turn."""
PASSES = 20
"""A bound on rounds of fetching: an address that keeps changing must not keep us for ever."""

Hosts = dict[str, list[str]]
"""Names of sources by host."""
logger = structlog.get_logger(__name__)


def crawl_sources(work: Work, names: Iterable[str], *, only_due: bool = False) -> list[RunSummary]:
    """Read sources: those of one host one after the other, many hosts at once. One summary each, in their order."""
    names = list(names)
    with reading(work.engine) as session:
        hosts = sources.by_host(session, names)
    with ThreadPoolExecutor(CHILDREN_AT_ONCE) as pool:
        done = list(pool.map(lambda batch: _crawl_hosts(work, batch, only_due=only_due), _batches(hosts)))
    summaries = {summary.source: summary for batch in done for summary in batch}
    return [summaries[name] for name in names if name in summaries]


def _batches(hosts: Hosts) -> Iterator[Hosts]:
    """Whole hosts together, about as many sources as one child process reads; so that children end together."""
    total = sum(map(len, hosts.values()))
    rounds = ceil(total / (BATCH * CHILDREN_AT_ONCE))
    enough = BATCH if total <= BATCH else total / (rounds * CHILDREN_AT_ONCE)
    batch: Hosts = {}
    for host, names in hosts.items():
        batch[host] = names
        if sum(map(len, batch.values())) >= enough:
            yield batch
            batch = {}
    if batch:
        yield batch


def _crawl_hosts(work: Work, hosts: Hosts, *, only_due: bool) -> list[RunSummary]:
    """Read what is free at once; then wait for the hosts at which another process is."""
    done: list[RunSummary] = []
    waited = 0.0
    while True:
        with at_hosts(work.engine, hosts) as held:
            ours, hosts = _split(hosts, held.hosts)
            for found in _read(work, ours, only_due=only_due):
                done += _store(work, found)
                held.give_back(_finished(ours, done))
        if not hosts or waited >= work.wait:
            break
        time.sleep(PAUSE)
        waited += PAUSE
    if not only_due:
        done += [RunSummary(name, "busy") for names in hosts.values() for name in names]
    return done


def _split(hosts: Hosts, held: Container[str]) -> tuple[Hosts, Hosts]:
    """Those that are held, and the others."""
    ours = {host: names for host, names in hosts.items() if host in held}
    return ours, {host: names for host, names in hosts.items() if host not in held}


def _finished(hosts: Hosts, done: Iterable[RunSummary]) -> set[str]:
    read = {summary.source for summary in done}
    return {host for host, names in hosts.items() if read.issuperset(names)}


def _read(work: Work, hosts: Hosts, *, only_due: bool) -> Iterator[list[Reading]]:
    """Read the sources of these hosts; what is whole is handed over at once."""
    with reading(work.engine) as session:
        rows = sources.by_names(session, [name for names in hosts.values() for name in names])
        if only_due:  # another process may have read some meanwhile
            rows = [row for row in rows if row.enabled and row.due_at and row.due_at <= work.now]
        jobs = sources.jobs_for(session, rows, work.settings, now=work.now)
    if jobs:
        yield from crawl.read_all(jobs, time_limit=READING_LIMIT)


def _store(work: Work, found: Sequence[Reading]) -> list[RunSummary]:
    summaries = store(work.engine, found, now=work.now)
    for summary in summaries:
        work.note(summary.source)
        logger.info("source read", source=summary.source, outcome=summary.outcome, new=summary.new, held=summary.held)
    return summaries


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


def read_scans(work: Work) -> int:
    """Read some pages that are only pictures, where Tesseract is installed; how many. It takes seconds a page."""
    tesseract = scan.program()
    if tesseract is None:
        return 0
    with reading(work.engine) as session:
        waiting = scans.next_waiting(session, pages=PAGES_AT_ONCE)
    if waiting is None:
        return 0
    try:
        with work.files.local_path(waiting.sha256) as path:
            found = {number: scan.read_page(path, number, tesseract) or "" for number in waiting.pages}
    except FileMissing:
        logger.error("a document's bytes are missing, so its pictures cannot be read", sha256=waiting.sha256)
        found = dict.fromkeys(waiting.pages, "")
    with writing_archive(work.engine) as session:
        scans.keep(session, waiting.version_id, found)
    work.note(f"pictures {waiting.version_id}")
    return len(waiting.pages)


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


def renew_signatures(work: Work) -> None:
    """After an update that recognises texts in another way: sign what an older program has signed."""
    with reading(work.engine) as session:
        waiting = signatures.old(session)
    for start in range(0, len(waiting), SIGNED_AT_ONCE):
        with writing_archive(work.engine) as session:
            signatures.sign_again(session, waiting[start : start + SIGNED_AT_ONCE])


def renew_findings(work: Work) -> None:
    """After an update that finds lessons, ages or agencies in another way: find them anew in what is held."""
    with reading(work.engine) as session:
        waiting = traits.old(session)
    for start in range(0, len(waiting), READ_AGAIN_AT_ONCE):
        with writing_archive(work.engine) as session:
            renewal.read_again(session, waiting[start : start + READ_AGAIN_AT_ONCE])


def work_off(work: Work) -> None:
    """Do all that readings have made due: fetch, read, settle, then look again at what seems gone."""
    renew_signatures(work)
    renew_findings(work)
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
