"""Joins publications that later evidence shows to be one, and links those about the same case."""

from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from store import matching, relating
from store.candidates import candidates, entry_facts, roles_by_source
from store.matching import Decision, Verdict
from store.models import Entry, Match, Publication
from store.moving import move
from store.publications import entries_of
from store.settling import adopt_documents, link, propose, settle_entry, told
from store.shown import refresh


def settle_one(session: Session, entry_id: int, *, now: datetime) -> None:
    """Settle an entry, unless another process has done it meanwhile."""
    entry = session.get_one(Entry, entry_id)
    if entry.publication_id is not None:
        return
    verdict = settle_entry(session, entry, now=now)
    for publication_id in verdict.also if verdict.decision == Decision.SAME else ():
        mine = session.get_one(Publication, entry.publication_id)
        other = session.get_one(Publication, publication_id)
        if _may_join(session, mine, other):
            join(session, mine, other, verdict, now=now)
    _ask(session, entry, verdict.asked, now=now)
    relate(session, entry, entry_facts(session, entry), candidates(session, entry), now=now)


def take_late_documents(session: Session, entry_id: int, *, now: datetime) -> None:
    """Documents that came or were read after their entry had its publication: they may join it with another one."""
    entry = session.get_one(Entry, entry_id)
    publication = session.get_one(Publication, entry.publication_id)
    adopt_documents(session, entry, publication, now=now)
    refresh(session, publication, now=now)
    reconsider(session, entry, now=now)


def reconsider(session: Session, entry: Entry, *, now: datetime) -> None:
    """What is known of an entry has changed: does its publication turn out to be another one that we have?"""
    if entry.publication_id is None:
        return
    facts, known = entry_facts(session, entry), candidates(session, entry)
    verdict = matching.decide(facts, known)
    if verdict.publication_id and not _were_asked(session, entry, verdict.publication_id):
        mine = session.get_one(Publication, entry.publication_id)
        other = session.get_one(Publication, verdict.publication_id)
        if verdict.decision == Decision.SAME and _may_join(session, mine, other):
            join(session, mine, other, verdict, now=now)
        else:
            propose(session, entry, verdict, now=now)
    _ask(session, entry, verdict.asked, now=now)
    relate(session, entry, facts, known, now=now)


def _ask(session: Session, entry: Entry, verdict: Verdict | None, *, now: datetime) -> None:
    if verdict and verdict.publication_id and not _were_asked(session, entry, verdict.publication_id):
        propose(session, entry, verdict, now=now)
        session.flush()


def join(session: Session, one: Publication, other: Publication, verdict: Verdict, *, now: datetime) -> Publication:
    """The entries of the younger publication move to the older one; nobody is told of the younger one any more."""
    target, origin = (one, other) if (one.id or 0) < (other.id or 0) else (other, one)
    # anonymous ones first: what is left of a named publication would be anonymous else, and rule 7 would hold it
    for entry in sorted(entries_of(session, origin), key=lambda entry: not entry.anonymous):
        match = link(session, entry, target, verdict, state="automatic", now=now, moves=True)
        move(session, entry, target, match, now=now)
    return target


def _may_join(session: Session, one: Publication, other: Publication) -> bool:
    """Both are shown, both named or both anonymous, not kept apart by a person; no source lists both as one part."""
    if not matching.may_link_automatically(one.anonymous, other.anonymous):
        return False
    if {one.status, other.status} - {"listed", "unlisted"} or _were_parted(session, one, other):
        return False
    mine, theirs = (roles_by_source(session, entries_of(session, side)) for side in (one, other))
    return not any(mine[source] & theirs[source] for source in mine.keys() & theirs.keys())


def _were_parted(session: Session, one: Publication, other: Publication) -> bool:
    """What a person has rejected or undone never comes back by itself, whatever entry now speaks for it (rule 8)."""
    pairs = ((one.id, other.id), (other.id, one.id))
    statement = select(Match.id).join(Entry, col(Entry.id) == col(Match.entry_id))
    decided = col(Match.state).in_(("rejected", "undone"))
    return any(
        session.exec(statement.where(decided, Entry.publication_id == mine, Match.publication_id == its)).first()
        is not None
        for mine, its in pairs
    )


def _were_asked(session: Session, entry: Entry, publication_id: int) -> bool:
    """Whether this pair of publications has been proposed or decided before."""
    mine = select(Entry.id).where(Entry.publication_id == entry.publication_id)
    theirs = select(Entry.id).where(Entry.publication_id == publication_id)
    pair = or_(
        and_(col(Match.entry_id).in_(mine), Match.publication_id == publication_id),
        and_(col(Match.entry_id).in_(theirs), Match.publication_id == entry.publication_id),
    )
    states = ("proposed", "rejected", "undone")
    return session.exec(select(Match.id).where(pair, col(Match.state).in_(states))).first() is not None


def relate(
    session: Session,
    entry: Entry,
    facts: matching.EntryFacts,
    known: list[matching.PublicationFacts],
    *,
    now: datetime,
) -> None:
    """Link the entry's publication with others about the same case, each pair once."""
    own = {entry.publication_id, *_related(session, entry.publication_id or 0)}
    asked = set(session.exec(select(Match.publication_id).where(Match.entry_id == entry.id)))
    for verdict in relating.relations(facts, known):
        if verdict.publication_id in own | asked:
            continue
        session.add(
            Match(
                entry_id=entry.id or 0,
                publication_id=verdict.publication_id or 0,
                state="related",
                score=verdict.score,
                signals=told(verdict),
                made_at=now,
                decided_at=now,
            )
        )
    session.flush()


def _related(session: Session, publication_id: int) -> set[int]:
    return {other for other, _ in related(session, publication_id)}


def related(session: Session, publication_id: int) -> list[tuple[int, Match]]:
    """Publications about the same case, in both directions, with why."""
    statement = (
        select(Match, Entry.publication_id)
        .join(Entry, col(Entry.id) == col(Match.entry_id))
        .where(
            Match.state == "related",
            or_(Match.publication_id == publication_id, Entry.publication_id == publication_id),
        )
        .order_by(col(Match.id))
    )
    found = []
    for match, of_entry in session.exec(statement):
        other = match.publication_id if of_entry == publication_id else of_entry
        if other is not None and other != publication_id:
            found.append((other, match))
    return found
