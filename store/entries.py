"""Stores what readings brought, in one transaction: entries, their document links, pages, the runs, incidents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from store import changes, entry_documents, entry_rows, incidents, saved_pages, sources
from store.addresses import address_key
from store.beforehand import Before, before
from store.changes import ChangeKind
from store.comparing import AS_BEFORE, Comparison, Known, compare
from store.database import METADATA
from store.models import Entry, Source
from store.reading import IncidentKind, Problem, Reading, SeenEntry
from store.skeleton import is_rebuilt

_AT_ONCE = 500


@dataclass(frozen=True)
class RunSummary:
    """What one reading came to; the line that `crawl` prints."""

    source: str
    outcome: str
    entries: int = 0
    new: int = 0
    changed: int = 0
    held: int = 0
    incident: str | None = None


@dataclass(frozen=True)
class Found:
    """A reading, with its source and what is held of that."""

    source: Source
    reading: Reading
    held: Before


@dataclass(frozen=True)
class _Compared(Found):
    comparison: Comparison

    @property
    def good(self) -> bool:
        return self.comparison.outcome not in ("failed", "held")


def store_readings(session: Session, found: Sequence[Found], *, now: datetime) -> list[RunSummary]:
    """Compare readings of different sources with what is known and store what they mean. One summary for each.

    A statement is for all of them, not for each. The caller commits: all of it or nothing.
    """
    compared = [_compared(session, one) for one in found]
    with session.no_autoflush:  # the rows are then written together
        for one in compared:
            sources.keep_robots(session, one.reading.robots, now=now)
        _store_entries(session, compared, now)
        for one in compared:
            if one.good:
                _note_rechecks(one.held.entries.values(), one.reading, now)
                saved_pages.keep(session, one.source, one.held.pages, one.held.saved, one.reading.pages, now)
    summaries = [_summary(one.source, one.reading, one.comparison) for one in compared]
    runs = [_run(one, summary, now) for one, summary in zip(compared, summaries, strict=True)]
    session.execute(sa.insert(METADATA.tables["crawlrun"]), runs)
    for one in compared:
        _note_health(session, one, now)
    return summaries


def _compared(session: Session, one: Found) -> _Compared:
    comparison = compare(
        _known(one.held),
        one.reading,
        page_hashes={url: page.sha256 for url, page in one.held.pages.items()},
        first=one.source.baseline_at is None,
        accept=one.source.accept_next,
    )
    comparison = _with_frame(session, one.source, one.reading, comparison)
    return _Compared(one.source, one.reading, one.held, comparison)


def _with_frame(session: Session, source: Source, reading: Reading, comparison: Comparison) -> Comparison:
    """A page that shows nothing any more and is not built as it was has been rebuilt, not emptied."""
    problem = comparison.problem
    if problem is None or problem.kind != IncidentKind.EMPTY:
        return comparison
    listings = [page for page in reading.pages if page.listing and page.body]
    if not any(is_rebuilt(saved_pages.last_text(session, source, page.url), page.body) for page in listings):
        return comparison
    evidence = f"{problem.evidence} The page is built in another way than before."
    return replace(
        comparison, problem=problem.model_copy(update={"kind": IncidentKind.STRUCTURE, "evidence": evidence})
    )


@dataclass(frozen=True)
class Preview:
    """What a reading would come to if it were the next one; all but `outcome` and `why` are headings."""

    outcome: str
    why: str
    """In words, where it would be held or fail."""
    new: tuple[str, ...]
    held: tuple[str, ...]
    lost: tuple[str, ...]
    stays: tuple[str, ...]


def preview(session: Session, source: Source, reading: Reading) -> Preview:
    """Decide by the rule of every reading, and store nothing."""
    held = before(session, [source])[source.id]
    known, first = _known(held), source.baseline_at is None
    told = compare(known, reading, page_hashes={}, first=first)
    taken = compare(known, reading, page_hashes={}, first=first, accept=True)  # a held one says nothing of what is lost
    headings = {key: row.heading for key, row in held.entries.items()}
    return Preview(
        told.outcome,
        told.problem.evidence if told.problem else "",
        tuple(entry.heading for entry in told.new),
        tuple(entry.heading for entry in told.held),
        tuple(sorted(headings[key] for key in taken.missing | taken.gone)),
        tuple(sorted(headings[key] for key in taken.seen | {key for key, _ in taken.moved})),
    )


def _known(held: Before) -> list[Known]:
    return [
        Known(
            key=entry.key,
            page=entry.page,
            heading=entry.heading,
            address=entry.canonical,
            documents=frozenset(held.documents.get(entry.id, ())),
            content=entry.content_hash,
            missing_reads=entry.missing_reads,
            gone=entry.gone_at is not None,
        )
        for entry in held.entries.values()
    ]


def _store_entries(session: Session, found: Sequence[_Compared], now: datetime) -> None:
    listed = [linked for one in found for linked in _changed(session, one, now)]
    if any(one.comparison.moved for one in found):
        session.flush()  # a key that a moved entry had is free now
    entry_documents.link(session, listed, _added(session, found, now), now=now)
    _note_seen(session, [entry for one in found for entry in _note_presence(one, now)], now)


def _changed(session: Session, one: _Compared, now: datetime) -> Iterator[tuple[int, SeenEntry]]:
    """Bring the rows of changed and moved entries up to date; yields their ids and what was seen."""
    for key, seen in [*((entry.key, entry) for entry in one.comparison.changed), *one.comparison.moved]:
        entry = one.held.entries[key]
        _note_move(session, entry, seen, now)
        entry_rows.update(entry, entry_rows.fields(one.source, seen, one.held.areas, now), seen)
        yield entry.id or 0, seen


def _added(session: Session, found: Sequence[_Compared], now: datetime) -> list[tuple[int, SeenEntry]]:
    """Add the rows of new entries; their ids and what was seen."""
    new = [(one, seen) for one in found for seen in one.comparison.new]
    if not new:
        return []
    rows = [_new_row(one, seen, now) for one, seen in new]
    table = METADATA.tables["entry"]
    added = session.execute(sa.insert(table).returning(table.c.source_id, table.c.key, table.c.id), rows)
    ids = {(source_id, key): entry_id for source_id, key, entry_id in added}
    return [(ids[one.source.id, seen.key], seen) for one, seen in new]


def _new_row(one: _Compared, seen: SeenEntry, now: datetime) -> dict[str, Any]:
    baseline = one.comparison.outcome == "baseline" or one.source.quiet_next
    return entry_rows.new(one.source, seen, one.held.areas, now=now, baseline=baseline)


def _note_move(session: Session, entry: Entry, seen: SeenEntry, now: datetime) -> None:
    entry.key = seen.key
    if entry.publication_id and entry.canonical != address_key(seen.url):
        note = f"from {entry.url} to {seen.url}"
        changes.log(session, entry.publication_id, ChangeKind.MOVED, at=now, note=note, entry_id=entry.id)


def _note_presence(one: _Compared, now: datetime) -> list[Entry]:
    """Note which entries are missing and which are back; returns those that were seen."""
    known, comparison = one.held.entries, one.comparison
    present = [known[key] for key in comparison.seen | {key for key, _ in comparison.moved}]
    for entry in present:
        if entry.missing_since or entry.missing_reads or entry.left_out:
            entry.missing_since, entry.missing_reads, entry.left_out = None, 0, False
    for key in comparison.returned:
        known[key].gone_at = None
    for key in comparison.missing | comparison.gone:
        entry = known[key]
        entry.left_out = entry.left_out or (entry.missing_reads == 0 and _is_changed(one.source))
        entry.missing_since, entry.missing_reads = entry.missing_since or now, entry.missing_reads + 1
        if key in comparison.gone:
            entry.gone_at = now
    return present


def _note_seen(session: Session, present: Sequence[Entry], now: datetime) -> None:
    """One statement for hundreds of rows: on most readings this is all that there is to write."""
    table = METADATA.tables["entry"]
    for start in range(0, len(present), _AT_ONCE):
        some = present[start : start + _AT_ONCE]
        ids = [entry.id for entry in some]
        session.execute(sa.update(table).where(table.c.id.in_(ids)).values(last_seen=now))
        for entry in some:
            set_committed_value(entry, "last_seen", now)


def _held(entry: SeenEntry, relocated: frozenset[str]) -> dict[str, Any]:
    return {"heading": entry.heading, "url": entry.url, "known": entry.key in relocated}


def _is_changed(source: Source) -> bool:
    """Whether this is the first good reading since an administrator changed what is read."""
    return source.changed_at is not None and (source.last_good_at is None or source.last_good_at < source.changed_at)


def _note_rechecks(entries: Iterable[Entry], reading: Reading, now: datetime) -> None:
    """Pages that were asked for are not due soon, and their entries bear the list's newest mark of change."""
    asked = {page.url for page in reading.pages}
    marks = {seen.key: seen.labels.get("revision") for seen in reading.entries}
    unread = {seen.key for seen in reading.entries if AS_BEFORE in seen.flags}
    for entry in entries:
        if entry.detail_page in asked:
            entry.recheck_at = now + entry_rows.RECHECK_EVERY
        if entry.detail_page in asked or entry.key not in unread:
            entry.revision = marks.get(entry.key) or entry.revision


def _summary(source: Source, reading: Reading, comparison: Comparison) -> RunSummary:
    live = comparison.seen | {entry.key for entry in comparison.new} | {entry.key for _, entry in comparison.moved}
    return RunSummary(
        source=source.name,
        outcome=comparison.outcome,
        entries=len(live) or len(reading.entries),
        new=len(comparison.new),
        changed=len(comparison.changed),
        held=len(comparison.held),
        incident=comparison.problem.kind.value if comparison.problem else None,
    )


def _run(one: _Compared, summary: RunSummary, now: datetime) -> dict[str, Any]:
    comparison = one.comparison
    return run_row(one.source, one.reading, summary, now) | {
        "detail": comparison.problem.evidence if comparison.problem else "",
        "held_entries": [_held(entry, comparison.relocated) for entry in comparison.held],
    }


def run_row(source: Source, reading: Reading, summary: RunSummary, now: datetime) -> dict[str, Any]:
    """The row of a crawl run of which there is nothing more to say."""
    return {
        "source_id": source.id,
        "started_at": now,
        "finished_at": now + timedelta(seconds=reading.seconds),
        "outcome": summary.outcome,
        "entries": summary.entries,
        "new": summary.new,
        "changed": summary.changed,
        "held": summary.held,
        "requests": reading.requests,
        "received": reading.received,
        "detail": "",
        "held_entries": [],
    }


def _with_page(problem: Problem, reading: Reading) -> Problem:
    """What the comparison complains of is on the page that came."""
    pages = sorted((page for page in reading.pages if page.body), key=lambda page: not page.listing)
    if problem.body or not pages:
        return problem
    return problem.model_copy(update={"url": pages[0].final_url or pages[0].url, "body": pages[0].body})


def _note_health(session: Session, one: _Compared, now: datetime) -> None:
    source, comparison = one.source, one.comparison
    source.last_read_at = now
    if one.good:
        if one.held.incidents:
            incidents.resolve_all(session, source, now=now)
        source.last_good_at, source.failing_since, source.failures = now, None, 0
        source.baseline_at = source.baseline_at or now
        source.accept_next = source.quiet_next = False
    else:
        source.failing_since, source.failures = source.failing_since or now, source.failures + 1
    if comparison.problem:
        incidents.open_incident(session, source, _with_page(comparison.problem, one.reading), now=now)
    failed = not one.good or bool(comparison.missing)
    source.due_at = sources.next_due(source, now=now, failed=failed) if source.enabled else None
