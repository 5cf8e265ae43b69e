"""How much there is of everything: for the administrators' first page and for monitoring."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from store import recall, source_desk
from store.models import (
    Delivery,
    Digest,
    Document,
    Incident,
    Match,
    Publication,
    Source,
    Subscription,
    Version,
    Withdrawal,
)


class Counts(BaseModel):
    publications: Mapping[str, int]
    """By status."""
    deliveries: Mapping[str, int]
    """By state."""
    sources: Mapping[str, int]
    """enabled, disabled, failing; a failing one is enabled too."""
    waiting: Mapping[str, int]
    """For an administrator: incident, held, question, match, withdrawal."""
    due: Mapping[str, int]
    """source, document, text, digest, delivery."""
    last_good: datetime | None
    last_digest: datetime | None


def read(session: Session, *, now: datetime) -> Counts:
    return Counts(
        publications=_by(session, col(Publication.status)),
        deliveries=_by(session, col(Delivery.state)),
        sources={
            "enabled": _count(session, Source, col(Source.enabled).is_(True)),
            "disabled": _count(session, Source, col(Source.enabled).is_(False)),
            "failing": _count(session, Source, col(Source.enabled).is_(True), _failing()),
        },
        waiting=waiting(session),
        due={
            "source": _count(session, Source, col(Source.enabled).is_(True), col(Source.due_at) <= now),
            "document": _count(session, Document, col(Document.due_at) <= now),
            "text": _count(session, Version, col(Version.due_at) <= now),
            "digest": _count(session, Subscription, col(Subscription.due_at) <= now),
            "delivery": _count(session, Delivery, col(Delivery.due_at) <= now),
        },
        last_good=session.exec(select(func.max(col(Source.last_good_at)))).one(),
        last_digest=session.exec(select(func.max(col(Digest.made_at)))).one(),
    )


def waiting(session: Session) -> dict[str, int]:
    """How many decisions of each sort wait for an administrator."""
    return {
        "incident": open_incidents(session),
        "held": source_desk.held_count(session),
        "question": recall.question_count(session),
        "match": _count(session, Match, col(Match.state) == "proposed"),
        "withdrawal": _count(
            session, Withdrawal, col(Withdrawal.decided_at).is_(None), col(Withdrawal.follows_id).is_(None)
        ),
    }


def open_incidents(session: Session) -> int:
    return _count(session, Incident, col(Incident.resolved_at).is_(None))


def _failing() -> Any:
    troubled = select(Incident.source_id).where(col(Incident.resolved_at).is_(None))
    return or_(col(Source.failing_since).is_not(None), col(Source.id).in_(troubled))


def _by(session: Session, column: Any) -> dict[str, int]:
    return {str(value): count for value, count in session.exec(select(column, func.count()).group_by(column))}


def _count(session: Session, table: type[Any], *conditions: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(*conditions)).one()
