"""Decisions about matches: accept, reject, undo. Each can be taken back, and none comes back by itself (rule 8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import changes, search_index
from store.changes import ChangeKind
from store.matching import Decision, Verdict
from store.models import Change, Document, Entry, EntryDocument, Match, Publication
from store.publications import entries_of
from store.settling import adopt_documents, link
from store.shown import refresh
from store.sources import UnknownName
from store.withdrawals import WrongDecision


def listed(session: Session, *, state: str | None = "proposed") -> Sequence[tuple[Match, Entry, Publication]]:
    """Matches with both sides, oldest first; `state` None: all."""
    statement = (
        select(Match, Entry, Publication)
        .join(Entry, col(Entry.id) == col(Match.entry_id))
        .join(Publication, col(Publication.id) == col(Match.publication_id))
        .order_by(col(Match.id))
    )
    if state:
        statement = statement.where(Match.state == state)
    return [(match, entry, publication) for match, entry, publication in session.exec(statement).all()]


def accept(session: Session, match_id: int, *, now: datetime, by: str) -> Match:
    """The entry belongs to the proposed publication: it moves there, with the documents that it brought."""
    match = _get(session, match_id)
    if match.state != "proposed":
        raise WrongDecision(f"match {match_id} is {match.state}; only a proposed one can be accepted")
    entry = session.get_one(Entry, match.entry_id)
    target = session.get_one(Publication, match.publication_id)
    match.former_publication_id = entry.publication_id
    match.state, match.decided_at, match.decided_by = "accepted", now, by
    _move(session, entry, target, now=now)
    return match


def reject(session: Session, match_id: int, *, now: datetime, by: str) -> Match:
    """They are different. The pair is not proposed again."""
    match = _get(session, match_id)
    if match.state != "proposed":
        raise WrongDecision(f"match {match_id} is {match.state}; only a proposed one can be rejected")
    match.state, match.decided_at, match.decided_by = "rejected", now, by
    return match


def undo(session: Session, match_id: int, *, now: datetime, by: str) -> Match:
    """Back to the state before: an accepted entry returns to its former publication, a rejected pair waits again.

    An automatic match has no former publication: its entry gets one of its own, which is not announced.
    """
    match = _get(session, match_id)
    if match.state == "rejected":
        match.state, match.decided_at, match.decided_by = "proposed", None, ""
        return match
    if match.state not in ("accepted", "automatic"):
        raise WrongDecision(f"match {match_id} is {match.state}; there is nothing to undo")
    entry = session.get_one(Entry, match.entry_id)
    if entry.publication_id != match.publication_id:
        raise WrongDecision(f"match {match_id} is no longer in force: its entry belongs elsewhere now")
    if match.state == "accepted":
        match.state, match.decided_at, match.decided_by = "proposed", None, ""
        _move(session, entry, _former(session, match, entry, now), now=now)
        return match
    current = session.get_one(Publication, match.publication_id)
    if len(entries_of(session, current)) == 1:
        raise WrongDecision(f"match {match_id} is the only one of its publication: there is nothing to take apart")
    match.state, match.decided_at, match.decided_by = "undone", now, by
    _move(session, entry, _former(session, match, entry, now), now=now)
    return match


def _former(session: Session, match: Match, entry: Entry, now: datetime) -> Publication:
    former = session.get(Publication, match.former_publication_id) if match.former_publication_id else None
    if former:
        return former
    made = Publication(
        title=entry.title or entry.heading, kind=entry.kind, anonymous=entry.anonymous, first_seen=entry.first_seen
    )
    session.add(made)
    session.flush()
    changes.log(session, made.id or 0, ChangeKind.NEW, at=now, note="taken apart by an administrator", news=False)
    link(session, entry, made, Verdict(Decision.NEW), state="accepted", now=now)
    return made


def _move(session: Session, entry: Entry, target: Publication, *, now: datetime) -> None:
    """Move an entry and the documents that only it links to; an emptied publication leaves search and lists."""
    origin = session.get(Publication, entry.publication_id) if entry.publication_id else None
    entry.publication_id = target.id
    session.flush()
    for document in _own_documents(session, entry):
        document.publication_id = target.id
    adopt_documents(session, entry, target, now=now)
    if target.status == "joined":
        _open_again(session, target)
    refresh(session, target, now=now)
    if origin and origin.id != target.id:
        _close_or_refresh(session, origin, now)


def _open_again(session: Session, publication: Publication) -> None:
    """A publication that was joined to another stands for itself again, and is told to whom it was not told yet."""
    publication.status = "listed"
    new = select(Change).join(Entry, col(Entry.id) == col(Change.entry_id))
    new = new.where(Change.publication_id == publication.id, Change.kind == ChangeKind.NEW.value)
    for change in session.exec(new.where(Change.note != changes.BASELINE, col(Entry.derivative).is_(False))):
        change.news = True


def _own_documents(session: Session, entry: Entry) -> Sequence[Document]:
    """Documents of the entry that no other entry of its former publication links to."""
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


def _close_or_refresh(session: Session, origin: Publication, now: datetime) -> None:
    if entries_of(session, origin):
        refresh(session, origin, now=now)
        return
    origin.status = "joined"
    search_index.unindex_publication(session, origin)
    untold = select(Change).where(Change.publication_id == origin.id, col(Change.news))
    for change in session.exec(untold):
        change.news = False  # whoever was not told of it yet is told of the publication it belongs to


def _get(session: Session, match_id: int) -> Match:
    match = session.get(Match, match_id)
    if match is None:
        raise UnknownName(f"there is no match {match_id}; `reviewwatch matches list` shows all")
    return match
