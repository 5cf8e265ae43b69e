"""Takes a reading into the archive: entries, and what they mean for their publications, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from store import changes, entries, joining, quiet, sources
from store.beforehand import before
from store.changes import ChangeKind
from store.entries import Found, RunSummary
from store.models import Entry, Publication, Source
from store.reading import Reading
from store.shown import refresh


def take_all(session: Session, found: Sequence[Reading], *, now: datetime) -> list[RunSummary]:
    """Store readings, each whole. One summary for each."""
    stored = {one.source: one for one in quiet.take(session, [one for one in found if quiet.is_quiet(one)], now=now)}
    rest = [reading for reading in found if reading.source not in stored]
    if rest:
        rows = sources.by_names(session, [reading.source for reading in rest])
        held = before(session, rows)
        ours = [Found(source, reading, held[source.id]) for source, reading in zip(rows, rest, strict=True)]
        stored |= {one.source: one for one in _take(session, ours, now)}
    return [stored[reading.source] for reading in found]


def take(session: Session, source: Source, reading: Reading, *, now: datetime) -> RunSummary:
    """Store one reading."""
    [summary] = _take(session, [Found(source, reading, before(session, [source])[source.id])], now)
    return summary


def _take(session: Session, found: Sequence[Found], now: datetime) -> list[RunSummary]:
    """Store readings; refresh and log what they changed of known publications. New entries wait to be settled."""
    settled = [entry for one in found for entry in one.held.entries.values() if entry.publication_id is not None]
    states = {entry.id: _state(entry) for entry in settled}
    summaries = entries.store_readings(session, found, now=now)
    changed = [entry for entry in settled if states[entry.id] != _state(entry)]
    if changed:
        session.flush()
    for entry in changed:
        _log_notes(session, entry, states[entry.id], now)
    for publication_id in sorted({entry.publication_id for entry in changed if entry.publication_id}):
        refresh(session, session.get_one(Publication, publication_id), now=now)
    for entry in changed:
        joining.reconsider(session, entry, now=now)
    return summaries


def _state(entry: Entry) -> tuple[Any, ...]:
    """What of an entry its publication depends on."""
    notes = frozenset((note["at"], note["note"]) for note in entry.notes)
    return entry.content_hash, entry.gone_at, entry.url, entry.published, entry.title, notes


def _log_notes(session: Session, entry: Entry, state: tuple[Any, ...], now: datetime) -> None:
    """A change note that was not there before is an update, told with the publisher's words (govuk-interfaces, 3)."""
    known = state[-1]
    for at, note in sorted(_state(entry)[-1] - known):
        if known and entry.publication_id:
            del at
            changes.log(session, entry.publication_id, ChangeKind.UPDATED, at=now, note=note, entry_id=entry.id)
