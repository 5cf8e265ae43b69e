"""Decisions about matches: accept, reject, undo. Each can be taken back, and none comes back by itself (rule 8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import changes
from store.changes import ChangeKind
from store.matching import Decision, Verdict
from store.models import Entry, Match, Publication
from store.moving import check_shown, move, move_back, stands_in
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
    match = by_id(session, match_id)
    if match.state != "proposed":
        raise WrongDecision(f"match {match_id} is {match.state}; only a proposed one can be accepted")
    entry = session.get_one(Entry, match.entry_id)
    former = entry.publication_id
    move(session, entry, stands_in(session, match.publication_id), match, now=now)
    match.former_publication_id = former
    match.state, match.decided_at, match.decided_by = "accepted", now, by
    return match


def reject(session: Session, match_id: int, *, now: datetime, by: str) -> Match:
    """They are different. The pair is not proposed again."""
    match = by_id(session, match_id)
    if match.state != "proposed":
        raise WrongDecision(f"match {match_id} is {match.state}; only a proposed one can be rejected")
    match.state, match.decided_at, match.decided_by = "rejected", now, by
    return match


def undo(session: Session, match_id: int, *, now: datetime, by: str) -> Match:
    """Back to the state before: an accepted entry returns to its former publication, a rejected pair waits again.

    Two publications that were joined are two again, with all their entries. The entry of an automatic match without
    a former publication gets one of its own, which is not announced. A relation ends.
    """
    match = by_id(session, match_id)
    if match.state not in ("rejected", "related", "accepted", "automatic"):
        raise WrongDecision(f"match {match_id} is {match.state}; there is nothing to undo")
    if match.state == "automatic" or match.moved:  # an acceptance that moved nothing found both to be one already
        _check_in_force(session, match)
    if match.state in ("rejected", "accepted"):
        move_back(session, session.get_one(Entry, match.entry_id), match, now=now)
        match.state, match.decided_at, match.decided_by, match.former_publication_id = "proposed", None, "", None
        return match
    if match.state == "automatic" and not match.moved:
        _give_its_own(session, session.get_one(Entry, match.entry_id), now=now)
    for one in _of_one_join(session, match) if match.moved else [match]:
        move_back(session, session.get_one(Entry, one.entry_id), one, now=now)
        one.state, one.decided_at, one.decided_by = "undone", now, by
    return match


def _check_in_force(session: Session, match: Match) -> None:
    """Raises WrongDecision when the entry is elsewhere by now, or when there is nothing to take it apart from."""
    entry = session.get_one(Entry, match.entry_id)
    target = session.get_one(Publication, match.moved.get("target", match.publication_id))
    if entry.publication_id != target.id:
        raise WrongDecision(f"match {match.id} is no longer in force: its entry belongs elsewhere now")
    if match.state == "automatic" and not match.moved:
        check_shown(target)
        if len(entries_of(session, target)) == 1:
            raise WrongDecision(f"match {match.id} is the only one of its publication: there is nothing to take apart")


def _of_one_join(session: Session, match: Match) -> list[Match]:
    """What brought the entries of one publication into another one at the same moment, the last first."""
    statement = select(Match).where(
        Match.state == "automatic",
        Match.publication_id == match.publication_id,
        Match.former_publication_id == match.former_publication_id,
        Match.made_at == match.made_at,
    )
    together = session.exec(statement.order_by(col(Match.id).desc())).all()
    return [
        one
        for one in together
        if one.moved and session.get_one(Entry, one.entry_id).publication_id == one.moved["target"]
    ]


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


def by_id(session: Session, match_id: int) -> Match:
    """Raises UnknownName."""
    match = session.get(Match, match_id)
    if match is None:
        raise UnknownName(f"there is no match {match_id}; `reviewwatch matches list` shows all")
    return match
