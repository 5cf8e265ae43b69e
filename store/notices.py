"""What administrators must know and have not been told yet; each thing is told once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from store import recall
from store.deliveries import UNSUBSCRIBED
from store.models import (
    Channel,
    CrawlRun,
    Delivery,
    Incident,
    Match,
    Recipient,
    Source,
    Withdrawal,
)
from store.models.messages import Notice

DETAIL = 300


@dataclass(frozen=True)
class Pending:
    """One thing to tell. `name` is a source, a channel or an address; `detail` says more; either may be empty."""

    kind: str
    """incident, resolved, run, question, match, withdrawal, delivery, channel or recipient."""
    target: int
    name: str = ""
    detail: str = ""


def pending(session: Session) -> list[Pending]:
    """All that waits to be told, oldest first within a kind."""
    told = {(row.kind, row.target) for row in session.exec(select(Notice))}
    found = [*_of_sources(session), *_of_decisions(session), *_of_messages(session)]
    return [one for one in found if (one.kind, one.target) not in told]


def was_told(session: Session, kind: str, target: int) -> bool:
    """For things that are in no table: a template that cannot be used."""
    mine = Notice.kind == kind, Notice.target == target
    return session.exec(select(Notice).where(*mine)).first() is not None


def tell(session: Session, told: Iterable[Pending], *, now: datetime) -> None:
    """Write down that these have been told."""
    for one in told:
        if one.kind == "incident":
            session.get_one(Incident, one.target).told_at = now
        else:
            session.add(Notice(kind=one.kind, target=one.target, told_at=now))


def _of_sources(session: Session) -> Iterable[Pending]:
    untold = col(Incident.told_at).is_(None), col(Incident.resolved_at).is_(None)
    incidents = select(Incident, Source).join(Source, col(Source.id) == col(Incident.source_id)).where(*untold)
    for incident, source in session.exec(incidents.order_by(col(Incident.id))):
        yield Pending("incident", incident.id or 0, source.name, f"{incident.kind}|{incident.evidence[:DETAIL]}")
    over = col(Incident.told_at).is_not(None), col(Incident.resolved_at).is_not(None)
    ended = select(Incident, Source).join(Source, col(Source.id) == col(Incident.source_id)).where(*over)
    for incident, source in session.exec(ended.order_by(col(Incident.id))):
        yield Pending("resolved", incident.id or 0, source.name, f"{incident.kind}|{incident.resolved_by}")
    for run, source in session.exec(_first_held()):
        yield Pending("run", run.id or 0, source.name, str(run.held))
    for question in recall.all_questions(session):
        yield Pending("question", question.entry)


def _first_held() -> Any:
    """The first of a source's held readings since its last good one: those that follow say the same."""
    since = or_(col(Source.last_good_at).is_(None), col(CrawlRun.started_at) > col(Source.last_good_at))
    first = (
        select(func.min(col(CrawlRun.id)))
        .join(Source, col(Source.id) == col(CrawlRun.source_id))
        .where(CrawlRun.outcome == "held", since)
        .group_by(col(CrawlRun.source_id))
    )
    joined = select(CrawlRun, Source).join(Source, col(Source.id) == col(CrawlRun.source_id))
    return joined.where(col(CrawlRun.id).in_(first)).order_by(col(CrawlRun.id))


def _of_decisions(session: Session) -> Iterable[Pending]:
    for match in session.exec(select(Match).where(Match.state == "proposed").order_by(col(Match.id))):
        yield Pending("match", match.id or 0)
    for withdrawal in session.exec(
        select(Withdrawal)
        .where(col(Withdrawal.decision).in_(("", "refused")), col(Withdrawal.follows_id).is_(None))
        .order_by(col(Withdrawal.id))
    ):
        yield Pending("withdrawal", withdrawal.id or 0, detail=withdrawal.reason[:DETAIL])


def _of_messages(session: Session) -> Iterable[Pending]:
    for channel in session.exec(select(Channel).where(col(Channel.disabled_at).is_not(None))):
        yield Pending("channel", channel.id or 0, channel.name, channel.disabled_why)
    silent = set()
    off = select(Recipient, Channel).join(Channel, col(Channel.id) == col(Recipient.channel_id))
    for recipient, channel in session.exec(off.where(col(Recipient.disabled_at).is_not(None))):
        silent.add((recipient.channel_id, recipient.address))
        yield Pending("recipient", recipient.id or 0, channel.name, recipient.disabled_why)
    failed = select(Delivery, Channel).join(Channel, col(Channel.id) == col(Delivery.channel_id))
    untold = Delivery.state == "failed", Delivery.error != UNSUBSCRIBED
    for delivery, channel in session.exec(failed.where(*untold).order_by(col(Delivery.id))):
        if (delivery.channel_id, delivery.recipient) not in silent:
            yield Pending("delivery", delivery.id or 0, channel.name, delivery.error)
