"""A site in trouble withdraws nothing: which documents rest until their source reads well, and which are all away."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.models import Document, Entry, EntryDocument, Incident, Source, Version
from store.reading import IncidentKind

NO_ANSWERS = {IncidentKind.UNREACHABLE, IncidentKind.SERVER_ERROR, IncidentKind.SLOW, IncidentKind.BLOCKED}
"""A site in such a state is not asked for its known documents as well: they wait, due as they are ..."""
REST = timedelta(days=7)
"""... but not longer than this: what has been withdrawn must not stay unnoticed (rule 6)."""
AWAY = {IncidentKind.MOVED, IncidentKind.WRONG_TYPE, IncidentKind.SOFT_404}
"""Problems that mean: the document's place now shows something else."""
SEVERAL = 2
"""One review's documents may be withdrawn together; those of several reviews that are still listed are not."""


def resting(now: datetime) -> SelectOfScalar[int]:
    """Ids of the documents that are listed by a source whose site does not answer as it should."""
    return (
        select(EntryDocument.document_id)
        .join(Entry, col(Entry.id) == col(EntryDocument.entry_id))
        .join(Incident, col(Incident.source_id) == col(Entry.source_id))
        .where(
            col(Incident.resolved_at).is_(None),
            col(Incident.kind).in_([kind.value for kind in NO_ANSWERS]),
            col(Incident.opened_at) > now - REST,
        )
    )


def failing_sources(session: Session, document: Document) -> Sequence[Source]:
    """Sources that list the document and could not be read."""
    return session.exec(_sources_of(document).where(col(Source.failing_since).is_not(None))).all()


def sources_without_documents(session: Session, document: Document, now: datetime) -> Sequence[Source]:
    """Sources that list the document and others of its host, none of which is in its place now."""
    return [
        source
        for source in session.exec(_sources_of(document)).all()
        if document.host in _hosts_away(session, source) and not _any_seen(session, source, document.host, now)
    ]


def are_away(session: Session, source: Source) -> bool:
    """Whether documents of several reviews on one host are not where the source lists them."""
    return bool(_hosts_away(session, source))


def _hosts_away(session: Session, source: Source) -> set[str]:
    away = _listed(select(Document.host, Document.publication_id), source).where(
        col(Document.gone_reads) > 0,
        col(Document.gone_at).is_(None),
        col(Document.current_version_id).is_not(None),
        col(Document.publication_id).is_not(None),
    )
    counts = Counter(host for host, _ in set(session.exec(away)))
    return {host for host, count in counts.items() if count >= SEVERAL}


def _any_seen(session: Session, source: Source, host: str, now: datetime) -> bool:
    seen = _listed(select(Document.id), source).join(Version, col(Version.id) == col(Document.current_version_id))
    return session.exec(seen.where(Version.last_seen == now, Document.host == host)).first() is not None


def _sources_of(document: Document) -> SelectOfScalar[Source]:
    """Sources with a live entry that links to the document."""
    entries = select(Entry.source_id).join(EntryDocument).where(EntryDocument.document_id == document.id, *_LIVE)
    return select(Source).where(col(Source.id).in_(entries)).order_by(col(Source.id))


def _listed(statement: Any, source: Source) -> Any:
    return (
        statement.join(EntryDocument, col(EntryDocument.document_id) == col(Document.id))
        .join(Entry, col(Entry.id) == col(EntryDocument.entry_id))
        .where(Entry.source_id == source.id, *_LIVE)
    )


_LIVE = (col(Entry.gone_at).is_(None), col(Entry.missing_reads) == 0, col(EntryDocument.dropped_at).is_(None))
