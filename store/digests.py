"""Digests: what one may tell, and keeping it so that each change is told once (rule 4)."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from store import topics
from store.digest_facts import Candidates, ChangeFact
from store.digest_reading import Told, parts, publication_facts, row_id, source_facts
from store.models import Change, Delivery, Digest, DigestChange, Match, Publication, Publisher, Subscription
from store.subscriptions import topics_of

CONTENT_KINDS = ("new", "document_added", "document_replaced", "updated")
TOLD_KINDS = (*CONTENT_KINDS, "removed", "restored")
BASELINE = "baseline"


class DigestError(ValueError):
    """There is no such digest; the text says what to do."""


@dataclass(frozen=True)
class Planned:
    """A delivery that is to be made together with its digest."""

    recipient: str
    message_id: str


def candidates(session: Session, subscription: Subscription, *, now: datetime) -> Candidates:
    """All that the next digest of the subscription is decided from, as it is at `now`."""
    kept, told = _wanted(session, subscription, now)
    queries = [topic.query for topic in topics_of(session, row_id(subscription.id))]
    return Candidates(
        changes=tuple(_change(change) for change in kept),
        publications=publication_facts(session, {change.publication_id for change in kept}, told),
        sources=source_facts(session),
        baselines=_baselines(session, subscription, queries, now),
    )


def has_candidates(session: Session, subscription: Subscription, *, now: datetime) -> bool:
    """Whether there may be something to tell: a quick look for those who want it immediately."""
    return bool(_wanted(session, subscription, now)[0])


def _wanted(session: Session, subscription: Subscription, now: datetime) -> tuple[list[Change], dict[int, Told]]:
    """Untold changes of publications that its topics find or that it was told of before."""
    key = row_id(subscription.id)
    changes = _untold(session, key, _since(subscription, now), now)
    among = {change.publication_id for change in changes}
    told = _told(session, key, among)
    queries = [topic.query for topic in topics_of(session, key)]
    wanted = topics.matching_any(session, queries, among) | told.keys()
    return [change for change in changes if change.publication_id in wanted], told


def _since(subscription: Subscription, now: datetime) -> datetime:
    """From when on it is told; as of a moment before it was made (`--at`), it counts as having been there always."""
    return subscription.started_at if subscription.started_at <= now else datetime.min.replace(tzinfo=UTC)


def _untold(session: Session, subscription_id: int, since: datetime, now: datetime) -> Sequence[Change]:
    """Changes since the subscription began that are in no digest of it."""
    mine = select(DigestChange.change_id).where(DigestChange.subscription_id == subscription_id)
    return session.exec(
        select(Change)
        .join(Publication, col(Publication.id) == col(Change.publication_id))
        .where(
            col(Change.news).is_(True),
            col(Change.kind).in_(TOLD_KINDS),
            col(Change.at) >= since,
            col(Change.at) <= now,
            col(Publication.derivative).is_(False),
            Publication.status != "joined",  # told under the publication that it was joined with
            col(Change.id).not_in(mine),
        )
        .order_by(col(Change.id))
    ).all()


def _told(session: Session, subscription_id: int, among: Collection[int]) -> dict[int, Told]:
    """Per publication the first digest of the subscription that listed it, and the last that said it was withdrawn."""
    found: dict[int, Told] = {}
    now_in = _joined_into(session, among)
    for part in parts({*among, *now_in}):
        rows = session.exec(
            select(Change.publication_id, Change.kind, DigestChange.digest_number)
            .join(DigestChange, col(DigestChange.change_id) == col(Change.id))
            .where(DigestChange.subscription_id == subscription_id, col(Change.publication_id).in_(part))
            .order_by(col(DigestChange.digest_number))
        )
        for former, kind, number in rows:
            publication = now_in.get(former, former)
            listed, withdrawn = found.get(publication, (None, None))
            if kind in CONTENT_KINDS:
                found[publication] = (listed or number, withdrawn)
            elif kind == "removed":
                found[publication] = (listed, number)
    return found


def _joined_into(session: Session, among: Collection[int]) -> dict[int, int]:
    """Former publications that were joined into one of these: who was told of them was told of the review."""
    found: dict[int, int] = {}
    for part in parts(among):
        joins = select(Match.former_publication_id, Match.publication_id).where(
            col(Match.state).in_(("accepted", "automatic"))
        )
        rows = session.exec(joins.where(col(Match.publication_id).in_(part)))
        found |= {former: target for former, target in rows if former is not None and former != target}
    return found


def _baselines(
    session: Session, subscription: Subscription, queries: Sequence[str], now: datetime
) -> tuple[tuple[str, int], ...]:
    """Per publisher how many matching publications a first reading archived, not told to this subscription yet."""
    since = [col(Change.at) > subscription.baselines_told_at] if subscription.baselines_told_at else []
    rows = session.exec(
        select(Publication.id, Publisher.short)
        .join(Change, col(Change.publication_id) == col(Publication.id))
        .outerjoin(Publisher, col(Publisher.id) == col(Publication.publisher_id))
        .where(Change.kind == "new", Change.note == BASELINE, col(Change.at) <= now, *since)
        .where(col(Publication.status).in_(topics.PUBLIC), col(Publication.derivative).is_(False))
    ).all()
    names = {row_id(key): short or "publishers not named" for key, short in rows}
    found = topics.matching_any(session, queries, names)
    return tuple(sorted(Counter(names[key] for key in found).items()))


def next_number(session: Session) -> int:
    """The number that the next digest most likely gets: for previews."""
    return (session.exec(select(func.max(Digest.number))).one() or 0) + 1


def save(
    session: Session,
    subscription: Subscription,
    content: dict[str, Any],
    *,
    changes: Iterable[int],
    period: tuple[datetime, datetime],
    now: datetime,
) -> int:
    """Keep an edition and what it tells, and give it its number, which is also written into the content."""
    key = row_id(subscription.id)
    digest = Digest(subscription_id=key, made_at=now, period_start=period[0], period_end=period[1])
    session.add(digest)
    session.flush()
    number = row_id(digest.number)
    digest.content = {**content, "number": number}
    session.add_all(
        DigestChange(digest_number=number, change_id=change, subscription_id=key) for change in set(changes)
    )
    subscription.last_digest_at = period[1]
    subscription.baselines_told_at = period[1]
    session.flush()
    return number


def plan_deliveries(
    session: Session, number: int, channel_id: int, planned: Iterable[Planned], *, now: datetime
) -> None:
    """Plan the digest's deliveries, in the transaction that keeps it."""
    session.add_all(
        Delivery(
            digest_number=number,
            channel_id=channel_id,
            recipient=plan.recipient,
            message_id=plan.message_id,
            due_at=now,
        )
        for plan in planned
    )
    session.flush()


def untell(session: Session, number: int, publications: Collection[int]) -> None:
    """The digest has not told these publications after all: their changes wait for a later one."""
    of_them = select(Change.id).where(col(Change.publication_id).in_(publications))
    session.execute(
        delete(DigestChange).where(col(DigestChange.digest_number) == number, col(DigestChange.change_id).in_(of_them)),
        execution_options={"synchronize_session": False},
    )


def get(session: Session, number: int) -> Digest:
    """Raises DigestError when there is none."""
    digest = session.get(Digest, number)
    if digest is None:
        raise DigestError(f"there is no digest {number}: see `digests list`")
    return digest


def all_digests(session: Session, *, before: int | None = None, limit: int = 100) -> Sequence[Digest]:
    """The newest first; `before` is where the page before ended."""
    wanted = select(Digest).order_by(col(Digest.number).desc()).limit(limit)
    return session.exec(wanted.where(col(Digest.number) < before) if before else wanted).all()


def made_between(session: Session, since: datetime | None, until: datetime | None) -> Sequence[Digest]:
    """Those made from `since` on and before `until`, the oldest first."""
    wanted = select(Digest).order_by(col(Digest.number))
    wanted = wanted.where(col(Digest.made_at) >= since) if since else wanted
    return session.exec(wanted.where(col(Digest.made_at) < until) if until else wanted).all()


def _change(row: Change) -> ChangeFact:
    return ChangeFact(
        id=row_id(row.id),
        publication=row.publication_id,
        kind=row.kind,
        at=row.at,
        note=row.note,
        document=row.document_id,
        late_since=row.late_since,
    )
