"""What the archive holds of some sources before their readings are stored: asked for once, however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from store import saved_pages, sources
from store.models import Document, Entry, EntryDocument, Incident, Source, SourcePage


@dataclass(frozen=True)
class Before:
    """What is held of one source."""

    areas: dict[str, str]
    """Every place or body name to its publisher: the same for all (store.sources)."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """By key."""
    documents: defaultdict[int | None, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Address keys of the documents that each entry, by id, lists."""
    pages: dict[str, SourcePage] = field(default_factory=dict)
    """By address."""
    saved: dict[str, int] = field(default_factory=dict)
    """How many texts are kept of a page, by address."""
    incidents: list[int | None] = field(default_factory=list)
    """Ids of those that are open."""


def before(session: Session, rows: Iterable[Source]) -> dict[int | None, Before]:
    """What is held of each of these sources, by its id."""
    areas = sources.areas(session)
    held = {source.id: Before(areas) for source in rows}
    ids = [one for one in held if one is not None]
    for entry in session.exec(select(Entry).where(col(Entry.source_id).in_(ids)).order_by(col(Entry.id))):
        held[entry.source_id].entries[entry.key] = entry
    for page in session.exec(select(SourcePage).where(col(SourcePage.source_id).in_(ids))):
        held[page.source_id].pages[page.url] = page
    for source_id, url, count in saved_pages.counts(session, ids):
        held[source_id].saved[url] = count
    open_ = select(Incident.source_id, Incident.id)
    for source_id, incident in session.exec(
        open_.where(col(Incident.source_id).in_(ids), col(Incident.resolved_at).is_(None))
    ):
        held[source_id].incidents.append(incident)
    _add_documents(session, held, ids)
    return held


def _add_documents(session: Session, held: dict[int | None, Before], ids: Sequence[int]) -> None:
    statement = (
        select(Entry.source_id, EntryDocument.entry_id, Document.canonical)
        .join(EntryDocument, col(EntryDocument.entry_id) == col(Entry.id))
        .join(Document, col(Document.id) == col(EntryDocument.document_id))
        .where(col(Entry.source_id).in_(ids), col(EntryDocument.dropped_at).is_(None))
    )
    for source_id, entry_id, canonical in session.exec(statement):
        held[source_id].documents[entry_id].add(canonical)
