"""Moves an entry from one publication to another, and exactly back: each move is written down in its match."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import search_index
from store.models import Document, Entry, EntryDocument, Match, Publication
from store.publications import entries_of, is_listed, is_live
from store.settling import adopt_documents
from store.shown import choose, refresh
from store.withdrawals import WrongDecision

JOINED = "joined"
"""The status of a publication whose entries have all gone to another one; nobody is told of it any more."""


def move(session: Session, entry: Entry, target: Publication, match: Match, *, now: datetime) -> None:
    """Move an entry and the documents that only it links to; a publication left empty leaves search and lists.

    Raises WrongDecision while the withdrawal of either publication is suspected or done.
    """
    origin = session.get(Publication, entry.publication_id) if entry.publication_id else None
    if origin is None or origin.id == target.id:
        match.moved = {}
        return
    check_shown(origin, target)
    entry.publication_id = target.id
    session.flush()
    documents = [one for one in _own_documents(session, entry) if one.publication_id == origin.id]
    for document in documents:
        document.publication_id = target.id
    match.moved = {
        "origin": origin.id,
        "target": target.id,
        "live": is_live(entry),
        "documents": [document.id for document in documents],
    }
    adopt_documents(session, entry, target, now=now)
    for publication in (target, origin):
        _show_what_is_left(session, publication)
    session.flush()


def move_back(session: Session, entry: Entry, match: Match, *, now: datetime) -> None:
    """The state before `move`, whatever else has moved meanwhile. Raises WrongDecision like `move`."""
    moved = match.moved
    if not moved:
        return
    origin, target = session.get_one(Publication, moved["origin"]), session.get_one(Publication, moved["target"])
    check_shown(origin, target)
    entry.publication_id = origin.id
    for key in moved["documents"]:
        document = session.get_one(Document, key)
        if document.publication_id == target.id:
            document.publication_id = origin.id
    session.flush()
    for publication in (origin, target):
        _show_what_is_left(session, publication)
    if moved.get("live") and not is_live(entry) and origin.status == "unlisted":
        origin.status = "listed"  # its source has dropped it since: now that is judged for this publication
        refresh(session, origin, now=now)
    match.moved = {}
    session.flush()


def check_shown(*publications: Publication) -> None:
    """Raises WrongDecision: what may have been withdrawn is decided before anything else is done with it."""
    for one in publications:
        if one.status == "suspected":
            raise WrongDecision(f"publication {one.id} may have been withdrawn: decide its withdrawal first")
        if one.status == "removed":
            raise WrongDecision(f"publication {one.id} was removed: nothing can be moved to it or from it")


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


def joined_into(session: Session, publication_ids: Collection[int]) -> dict[int, int]:
    """Former publications whose entries have all gone to one of these, straight or by way of another one."""
    found: dict[int, int] = {}
    targets = {one: one for one in publication_ids}
    while targets:
        statement = (
            select(Match.former_publication_id, Match.publication_id)
            .join(Publication, col(Publication.id) == col(Match.former_publication_id))
            .where(
                Publication.status == JOINED,
                col(Match.publication_id).in_(targets),
                col(Match.state).in_(("accepted", "automatic")),
            )
        )
        rows = session.exec(statement).all()
        targets = {former: targets[went] for former, went in rows if former and former not in found}
        found |= targets
    return found


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


def _show_what_is_left(session: Session, publication: Publication) -> None:
    """As its entries say. Nothing is logged: an entry that was moved has not been listed or dropped by its source."""
    entries = entries_of(session, publication)
    if entries:
        publication.status = "listed" if is_listed(session, entries) else "unlisted"
        choose(session, publication)
        return
    publication.status = JOINED
    search_index.unindex_publication(session, publication)
