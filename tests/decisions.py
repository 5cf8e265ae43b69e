"""Random decisions about matches, and all of them taken back: what an archive is then, compared with what it was."""

import contextlib
import random
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from store import digests, export, joining, matches, moving, search, topics
from store.matching import Decision, Signal, Verdict
from store.models import Change, Channel, Document, Entry, Match, Publication, Subscription
from store.models.messages import SubscriptionTopic
from store.query import parse
from store.settling import propose
from store.withdrawals import WrongDecision
from tests.archive_state import broken
from tests.corpus_archive import NOW

LATER = NOW + timedelta(days=1)
PASSES = 12
"""As many as there are decisions: one of them at least can be taken back each time."""
CERTAIN = Verdict(Decision.SAME, None, (Signal("bytes", "a document of both is the same, byte for byte", 1.0),))
Made = dict[str, Any]


def subscribe(session: Session) -> None:
    """Somebody who has been told of nothing yet."""
    channel = Channel(name="leads", kind="email", secret="x", shown="x", made_at=NOW)
    topic = topics.add(session, "everything", "", now=NOW)
    session.add(channel)
    session.flush()
    subscription = Subscription(channel_id=channel.id or 0, started_at=NOW, confirmed_at=NOW)
    session.add(subscription)
    session.flush()
    session.add(SubscriptionTopic(subscription_id=subscription.id or 0, topic_id=topic.id or 0))
    session.flush()


def state(session: Session, known: int) -> Made:
    """All that a decision may change. Of matches those up to the id `known`; a join makes others, and keeps them."""
    session.flush()
    session.expire_all()
    everyone = session.exec(select(Subscription)).one()
    shown = session.exec(select(Publication).order_by(col(Publication.id))).all()
    told = digests.candidates(session, everyone, now=LATER)
    decided = session.exec(select(Match).where(col(Match.id) <= known).order_by(col(Match.id))).all()
    return {
        "entries": session.exec(select(Entry.id, Entry.publication_id).order_by(col(Entry.id))).all(),
        "documents": session.exec(select(Document.id, Document.publication_id).order_by(col(Document.id))).all(),
        "publications": [one.model_dump() for one in shown],
        "changes": session.exec(select(Change.id, Change.publication_id, Change.news).order_by(col(Change.id))).all(),
        "matches": [one.model_dump() for one in decided],
        "found": sorted(search.matching_ids(session, parse(""))),
        "export": list(export.records(session)),
        "links": [moving.stands_in(session, one.id or 0).id for one in shown],
        "digest": (told.changes, told.publications),
        "broken": broken(session),
    }


def returns_to_the_start(session: Session, seed: int, length: int = 12) -> list[str]:
    """What differs after so many random decisions and as many taken back, in any order; nothing is left of them."""
    chance = random.Random(seed)
    with session.begin_nested() as savepoint:
        asked = _ask(session, chance)
        before = state(session, asked[-1])
        for _ in range(length):
            _decide(session, chance, asked)
        _take_back(session, chance, asked)
        after = state(session, asked[-1])
        savepoint.rollback()
    session.expire_all()
    return [what for what, was in before.items() if after[what] != was] + list(before["broken"])


def _ask(session: Session, chance: random.Random) -> list[int]:
    """Proposals between any entries and publications, as doubtful evidence would make them."""
    entries = session.exec(select(Entry).order_by(col(Entry.id))).all()
    for entry in chance.sample(list(entries), 8):
        other = chance.choice([one.publication_id for one in entries if one.publication_id != entry.publication_id])
        propose(session, entry, Verdict(Decision.PROPOSED, other), now=NOW)
    session.flush()
    return [one for one in session.exec(_ids("proposed")) if one]


def _ids(state_: str) -> Any:
    return select(Match.id).where(Match.state == state_).order_by(col(Match.id))


def _decide(session: Session, chance: random.Random, asked: list[int]) -> None:
    verb = chance.choice(["accept", "accept", "reject", "undo", "join"])
    if verb == "join":
        _join(session, chance)
        return
    decision = {"accept": matches.accept, "reject": matches.reject, "undo": matches.undo}[verb]
    with contextlib.suppress(WrongDecision):  # not every decision fits every state
        decision(session, chance.choice(asked), now=NOW, by="test")


def _join(session: Session, chance: random.Random) -> None:
    """Later evidence shows two publications to be one."""
    shown = session.exec(select(Publication).where(Publication.status == "listed").order_by(col(Publication.id))).all()
    one, other = chance.sample(list(shown), 2)
    if one.anonymous == other.anonymous:
        joining.join(session, one, other, CERTAIN, now=NOW + timedelta(seconds=chance.randrange(10**6)))


def _take_back(session: Session, chance: random.Random, asked: list[int]) -> None:
    """In any order; what is no longer in force is so again once what came after it is taken back."""
    for _ in range(PASSES):
        left = _in_force(session, asked)
        for match_id in chance.sample(left, len(left)):
            with contextlib.suppress(WrongDecision):
                matches.undo(session, match_id, now=NOW, by="test")


def _in_force(session: Session, asked: list[int]) -> list[int]:
    decided = session.exec(select(Match).where(col(Match.id).in_(asked), col(Match.state) != "proposed")).all()
    joined = [one for one in session.exec(select(Match).where(Match.state == "automatic")) if one.moved]
    return [one.id or 0 for one in [*decided, *joined]]
