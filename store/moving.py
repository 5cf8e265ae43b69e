"""Moves an entry from one publication to another, and exactly back: each move is written down in its match."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import search_index
from store.models import Document, Entry, EntryDocument, Match, Publication
from store.publications import entries_of
from store.settling import adopt_documents
from store.shown import choose, refresh

JOINED = "joined"
"""The status of a publication whose entries have all gone to another one; nobody is told of it any more."""


def move(session: Session, entry: Entry, target: Publication, match: Match, *, now: datetime) -> None:
    """Move an entry and the documents that only it links to; a publication left empty leaves search and lists."""
    origin = session.get(Publication, entry.publication_id) if entry.publication_id else None
    if origin is None or origin.id == target.id:
        match.moved = {}
        return
    before = {"origin": origin.id, "status": origin.status, "target": target.id, "target_status": target.status}
    entry.publication_id = target.id
    session.flush()
    documents = [one for one in _own_documents(session, entry) if one.publication_id == origin.id]
    for document in documents:
        document.publication_id = target.id
    adopt_documents(session, entry, target, now=now)
    refresh(session, target, now=now)
    _close_or_choose(session, origin)
    match.moved = {
        **before,
        "documents": [document.id for document in documents],
        "target_status_after": target.status,
    }
    session.flush()


def move_back(session: Session, entry: Entry, match: Match) -> None:
    """The state before `move`, whatever else has moved meanwhile."""
    moved = match.moved
    if not moved:
        return
    origin, target = session.get_one(Publication, moved["origin"]), session.get_one(Publication, moved["target"])
    entry.publication_id = origin.id
    for key in moved["documents"]:
        document = session.get_one(Document, key)
        if document.publication_id == target.id:
            document.publication_id = origin.id
    session.flush()
    if origin.status == JOINED:
        origin.status = moved["status"]
    if target.status == moved["target_status_after"]:
        target.status = moved["target_status"]
    choose(session, origin)
    _close_or_choose(session, target)
    match.moved = {}
    session.flush()


def stands_in(session: Session, publication_id: int) -> Publication:
    """The publication itself, or the one that all its entries went to."""
    publication, seen = session.get_one(Publication, publication_id), {publication_id}
    while publication.status == JOINED:
        went = session.exec(
            select(Match.publication_id)
            .where(Match.former_publication_id == publication.id, col(Match.state).in_(("accepted", "automatic")))
            .order_by(col(Match.decided_at).desc(), col(Match.id).desc())
        ).first()
        if went is None or went in seen:
            break
        seen.add(went)
        publication = session.get_one(Publication, went)
    return publication


def _own_documents(session: Session, entry: Entry) -> Sequence[Document]:
    """Documents of the entry to which no entry of another publication links."""
    shared = (
        select(EntryDocument.document_id)
        .join(Entry, col(Entry.id) == col(EntryDocument.entry_id))
        .where(Entry.id != entry.id, Entry.publication_id != entry.publication_id)
    )
    statement = (
        select(Document)
        .join(EntryDocument, col(EntryDocument.document_id) == col(Document.id))
        .where(EntryDocument.entry_id == entry.id, col(Document.id).not_in(shared))
    )
    return session.exec(statement).all()


def _close_or_choose(session: Session, publication: Publication) -> None:
    """What is left is shown as it is: an entry that moved is not gone, so nothing is judged here."""
    if entries_of(session, publication):
        choose(session, publication)
        return
    publication.status = JOINED
    search_index.unindex_publication(session, publication)
