"""Publications: what belongs to one, and whether it may be shown."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from store.models import Document, Entry, EntryDocument, Publication, Source, Version
from store.reading import EntryState

SHOWN = ("listed", "unlisted")
"""The states in which a publication may be found and read (rule 6)."""


def is_superseded(document: Document) -> bool:
    """It is no longer at its address, and what it was stands elsewhere or was replaced: it is not shown any more."""
    return document.gone_at is not None and document.current_version_id is None


def entries_of(session: Session, publication: Publication) -> Sequence[Entry]:
    return session.exec(select(Entry).where(Entry.publication_id == publication.id).order_by(col(Entry.id))).all()


def documents_of(session: Session, publication: Publication) -> Sequence[Document]:
    statement = select(Document).where(Document.publication_id == publication.id).order_by(col(Document.id))
    return session.exec(statement).all()


def entry_documents(session: Session, entry: Entry) -> Sequence[Document]:
    statement = (
        select(Document)
        .join(EntryDocument, col(EntryDocument.document_id) == col(Document.id))
        .where(EntryDocument.entry_id == entry.id, col(EntryDocument.dropped_at).is_(None))
        .order_by(col(Document.id))
    )
    return session.exec(statement).all()


def current_versions(session: Session, publication: Publication) -> Sequence[Version]:
    statement = (
        select(Version)
        .join(Document, col(Document.current_version_id) == col(Version.id))
        .where(Document.publication_id == publication.id, Version.state == "current")
        .order_by(col(Version.id))
    )
    return session.exec(statement).all()


def stands_elsewhere(session: Session, document: Document) -> bool:
    """Whether the publication has the same bytes at another address that still answers."""
    current = session.get(Version, document.current_version_id) if document.current_version_id else None
    if current is None:
        return False
    statement = (
        select(Document.id)
        .join(Version, col(Version.id) == col(Document.current_version_id))
        .where(
            Document.publication_id == document.publication_id,
            Document.id != document.id,
            Version.sha256 == current.sha256,
            Document.gone_reads == 0,
        )
    )
    return session.exec(statement).first() is not None


def is_live(entry: Entry) -> bool:
    """The source lists it, and does not say that it is withdrawn or gone."""
    return entry.gone_at is None and entry.state == EntryState.LIVE.value


def speaking(session: Session, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Those whose presence says that the publication is out: a witness or a news post does not, if there are others."""
    own = [
        entry
        for entry in entries
        if session.get_one(Source, entry.source_id).role == "publisher"
        and not entry.derivative
        and entry.kind != "news"
    ]
    return own or entries


def is_listed(session: Session, entries: Sequence[Entry]) -> bool:
    """Whether a publisher's own list shows it now; for what only others list, whether one of them does."""
    return any(is_live(entry) for entry in speaking(session, entries))


def successor_of(session: Session, document: Document) -> Version | None:
    """The current version of a younger document of the same role, which the publication's entries link to instead."""
    linked = select(EntryDocument.document_id).where(col(EntryDocument.dropped_at).is_(None))
    if session.exec(linked.where(EntryDocument.document_id == document.id)).first() is not None:
        return None  # its publisher still points to it
    statement = (
        select(Version)
        .join(Document, col(Document.current_version_id) == col(Version.id))
        .where(
            Document.publication_id == document.publication_id,
            Document.role == document.role,
            col(Document.first_seen) > document.first_seen,
            col(Document.id).in_(linked),
        )
        .order_by(col(Document.first_seen).desc())
    )
    return session.exec(statement).first()
