"""Takes a reading into the archive: entries, and what they mean for their publications, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store import changes, entries, joining, quiet, sources
from store.changes import ChangeKind
from store.entries import RunSummary
from store.models import Entry, Publication, Source
from store.reading import Reading
from store.shown import refresh


def take_all(session: Session, found: Sequence[Reading], *, now: datetime) -> list[RunSummary]:
    """Store readings, each whole. One summary for each."""
    stored = {one.source: one for one in quiet.take(session, [one for one in found if quiet.is_quiet(one)], now=now)}
    return [
        stored.get(reading.source) or take(session, sources.by_name(session, reading.source), reading, now=now)
        for reading in found
    ]


def take(session: Session, source: Source, reading: Reading, *, now: datetime) -> RunSummary:
    """Store a reading; refresh and log what it changed of known publications. New entries wait to be settled."""
    before = {entry.id: _state(entry) for entry in _settled(session, source)}
    summary = entries.store_reading(session, source, reading, now=now)
    session.flush()
    changed = [entry for entry in _settled(session, source) if before.get(entry.id) != _state(entry)]
    for entry in changed:
        _log_notes(session, entry, before.get(entry.id), now)
    for publication_id in sorted({entry.publication_id for entry in changed if entry.publication_id}):
        refresh(session, session.get_one(Publication, publication_id), now=now)
    for entry in changed:
        joining.reconsider(session, entry, now=now)
    return summary


def _settled(session: Session, source: Source) -> Iterable[Entry]:
    statement = select(Entry).where(Entry.source_id == source.id, col(Entry.publication_id).is_not(None))
    return session.exec(statement).all()


def _state(entry: Entry) -> tuple[Any, ...]:
    """What of an entry its publication depends on."""
    notes = frozenset((note["at"], note["note"]) for note in entry.notes)
    return entry.content_hash, entry.gone_at, entry.url, entry.published, entry.title, notes


def _log_notes(session: Session, entry: Entry, before: tuple[Any, ...] | None, now: datetime) -> None:
    """A change note that was not there before is an update, told with the publisher's words (govuk-interfaces, 3)."""
    known = before[-1] if before else frozenset()
    for at, note in sorted(_state(entry)[-1] - known):
        if known and entry.publication_id:
            del at
            changes.log(session, entry.publication_id, ChangeKind.UPDATED, at=now, note=note, entry_id=entry.id)
