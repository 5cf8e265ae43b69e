"""Decisions about matches: accept, reject, undo. Each can be taken back, and none comes back by itself (rule 8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import changes
from store.changes import ChangeKind
from store.matching import Decision, Verdict
from store.models import Entry, Match, Publication
from store.moving import move, move_back, stands_in
from store.publications import entries_of
from store.settling import link
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
    match.former_publication_id = entry.publication_id
    match.state, match.decided_at, match.decided_by = "accepted", now, by
    move(session, entry, stands_in(session, match.publication_id), match, now=now)
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

    An automatic match has no former publication: its entry gets one of its own, which is not announced. A relation
    ends.
    """
    match = _get(session, match_id)
    if match.state == "rejected":
        match.state, match.decided_at, match.decided_by = "proposed", None, ""
        return match
    if match.state == "related":
        match.state, match.decided_at, match.decided_by = "undone", now, by
        return match
    if match.state not in ("accepted", "automatic"):
        raise WrongDecision(f"match {match_id} is {match.state}; there is nothing to undo")
    entry = session.get_one(Entry, match.entry_id)
    if entry.publication_id != match.moved.get("target", match.publication_id) and match.moved:
        raise WrongDecision(f"match {match_id} is no longer in force: its entry belongs elsewhere now")
    if match.state == "accepted":
        match.state, match.decided_at, match.decided_by = "proposed", None, ""
        match.former_publication_id = None
        move_back(session, entry, match)
    else:
        _take_apart(session, entry, match, now=now, by=by)
    return match


def _take_apart(session: Session, entry: Entry, match: Match, *, now: datetime, by: str) -> None:
    if match.moved:
        move_back(session, entry, match)
    else:
        if entry.publication_id != match.publication_id:
            raise WrongDecision(f"match {match.id} is no longer in force: its entry belongs elsewhere now")
        if len(entries_of(session, session.get_one(Publication, match.publication_id))) == 1:
            raise WrongDecision(f"match {match.id} is the only one of its publication: there is nothing to take apart")
        _give_its_own(session, entry, now=now)
    match.state, match.decided_at, match.decided_by = "undone", now, by


def _give_its_own(session: Session, entry: Entry, *, now: datetime) -> None:
    """A publication of its own, which is not announced."""
    made = Publication(
        title=entry.title or entry.heading, kind=entry.kind, anonymous=entry.anonymous, first_seen=entry.first_seen
    )
    session.add(made)
    session.flush()
    changes.log(session, made.id or 0, ChangeKind.NEW, at=now, note="taken apart by an administrator", news=False)
    match = link(session, entry, made, Verdict(Decision.NEW), state="accepted", now=now, moves=True)
    match.former_publication_id = None
    move(session, entry, made, match, now=now)
    match.moved = {}


def _get(session: Session, match_id: int) -> Match:
    match = session.get(Match, match_id)
    if match is None:
        raise UnknownName(f"there is no match {match_id}; `reviewwatch matches list` shows all")
    return match
