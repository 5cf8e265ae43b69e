"""Files and texts that have been kept long enough: of publications that are no longer listed, of older versions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from store import removal, search_index, signatures
from store.files import Files
from store.models import Document, Entry, Publication, Version

HELD = ("current", "older")


def unlisted(session: Session, cut: datetime) -> Sequence[Version]:
    """Versions of publications whose last entry went before the moment."""
    gone = (
        select(Entry.publication_id)
        .group_by(col(Entry.publication_id))
        .having(func.max(col(Entry.gone_at)) < cut, func.count(col(Entry.id)) == func.count(col(Entry.gone_at)))
    )
    statement = (
        select(Version)
        .join(Document, col(Document.id) == col(Version.document_id))
        .join(Publication, col(Publication.id) == col(Document.publication_id))
        .where(Publication.status == "unlisted", col(Publication.id).in_(gone), col(Version.state).in_(HELD))
    )
    return session.exec(statement.order_by(col(Version.id))).all()


def older(session: Session, cut: datetime) -> Sequence[Version]:
    statement = select(Version).where(Version.state == "older", col(Version.last_seen) < cut)
    return session.exec(statement.order_by(col(Version.id))).all()


def label(version: Version) -> str:
    return f"version {version.id} of document {version.document_id}, last seen {version.last_seen:%Y-%m-%d}"


def expire(session: Session, files: Files, version: Version) -> None:
    """Bytes and text go, without a tombstone and without anything by which a copy would be refused."""
    document = session.get_one(Document, version.document_id)
    removal.forget(session, version)
    signatures.drop(session, version.id or 0)
    others = select(Version.id).where(Version.sha256 == version.sha256, Version.state != "removed")
    session.flush()
    if session.exec(others).first() is None:
        removal.delete_when_committed(session, files, version.sha256)
    if document.current_version_id == version.id:
        document.current_version_id, document.due_at = None, None
        document.etag = document.last_modified = ""  # should it be listed again, it is fetched again
        search_index.reindex_publication(session, session.get_one(Publication, document.publication_id))
