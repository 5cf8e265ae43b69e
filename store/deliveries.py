"""Deliveries: one digest on its way to one recipient. States: planned, sending, accepted, failed, unknown."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import ColumnElement, Engine, bindparam, update
from sqlmodel import Session, col, func, select

from store.claims import claim, is_free, release, taken_until
from store.models import Channel, Delivery, Digest, Recipient, Subscription
from store.models.messages import Leaver

OPEN = ("planned", "sending", "unknown")
WAITING = ("planned", "unknown")
UNSUBSCRIBED = "unsubscribed"
"""Why a delivery or an address was stopped by its reader: nothing that somebody would have to mend."""
ACCEPTED = (
    update(Delivery)
    .where(col(Delivery.id) == bindparam("key"))
    .values(state="accepted", sent_at=bindparam("at"), due_at=None, error="", claimed_by="", claimed_until=None)
)
"""Built once: it is run for every mail."""


def due(session: Session, now: datetime) -> Sequence[Delivery]:
    """What is to be sent, by digest; what another living process holds is among it (claims decide)."""
    return session.exec(
        select(Delivery)
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(
            col(Delivery.due_at) <= now,
            col(Delivery.state).in_(OPEN),
            col(Channel.disabled_at).is_(None),
        )
        .order_by(col(Delivery.digest_number), col(Delivery.id))
    ).all()


def mark_interrupted(session: Session, now: datetime) -> int:
    """Deliveries whose sender died or took too long become `unknown`: they may have arrived, and are due again."""
    count = 0
    for row in session.exec(select(Delivery).where(Delivery.state == "sending")).all():
        if not claim(session, row, now=now, lasts=timedelta(0)):
            continue
        session.refresh(row)  # another process may have finished it since we read it
        if row.state == "sending":
            row.state, row.due_at, count = "unknown", now, count + 1
        release(row)
    return count


def start(session: Session, rows: Sequence[Delivery], *, now: datetime, lasts: timedelta) -> Sequence[Delivery]:
    """Claim those of the rows that are still due, mark them as being sent; the caller commits before the slow call."""
    still_due = col(Delivery.state).in_(OPEN), col(Delivery.due_at) <= now, is_free(Delivery, rows, now)
    statement = update(Delivery).where(col(Delivery.id).in_([row.id for row in rows]), *still_due)
    values = {
        "state": "sending",
        "attempts": col(Delivery.attempts) + 1,
        "first_tried_at": func.coalesce(col(Delivery.first_tried_at), now),
        **taken_until(now + lasts),
    }
    options = {"populate_existing": True, "synchronize_session": False}
    mine = session.scalars(statement.values(values).returning(Delivery), execution_options=options).all()
    return sorted(mine, key=lambda row: row.id or 0)


class Ledger:
    """Writes down what servers have taken, each in a transaction of its own: it is there before the next is sent.

    One connection for many: a session for each would take longer than the statement.
    """

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def accepted(self, delivery_id: int, *, now: datetime) -> None:
        """The server has taken it; a webhook's 202 also only means this."""
        with self._connection.begin():
            self._connection.execute(ACCEPTED, {"key": delivery_id, "at": now})


def failed(session: Session, delivery_id: int, *, why: str) -> None:
    """It will not be tried again."""
    row = session.get_one(Delivery, delivery_id)
    row.state, row.due_at, row.error = "failed", None, why
    release(row)


def again(session: Session, delivery_id: int, *, why: str, at: datetime) -> None:
    """It did not go out and is due again at that moment."""
    row = session.get_one(Delivery, delivery_id)
    row.state, row.due_at, row.error = "planned", at, why
    release(row)


def give_back(session: Session, delivery_id: int) -> None:
    """It was claimed and not tried: as it was before."""
    row = session.get_one(Delivery, delivery_id)
    row.state, row.attempts = "planned", row.attempts - 1
    release(row)


def stop(session: Session, *which: ColumnElement[bool], why: str) -> None:
    """Those of these deliveries that wait do not go out."""
    for row in session.exec(select(Delivery).where(col(Delivery.state).in_(WAITING), *which)):
        row.state, row.due_at, row.error = "failed", None, why


def send_again(session: Session, number: int, *, now: datetime) -> int:
    """Make due what of the digest was not accepted, but for addresses that get nothing more; how many.

    What was accepted stays as it is, and what is being sent now too: no message is repeated knowingly (rule 5).
    """
    silent, count = _silent(session, number), 0
    for row in of_digest(session, number):
        if row.state not in ("failed", *WAITING) or row.recipient in silent:
            continue
        row.state, row.due_at, row.first_tried_at = "planned" if row.state == "failed" else row.state, now, None
        count += 1
    return count


def _silent(session: Session, number: int) -> set[str]:
    """The addresses of the digest's channel that get nothing more, and those that have left its subscription."""
    subscription = session.get_one(Subscription, session.get_one(Digest, number).subscription_id)
    its = Recipient.channel_id == subscription.channel_id
    off = select(Recipient.address).where(its, col(Recipient.disabled_at).is_not(None))
    left = select(Leaver.address).where(Leaver.subscription_id == subscription.id)
    return {*session.exec(off), *session.exec(left)}


def came_back(session: Session, message_id: str, *, why: str) -> Delivery | None:
    """The delivery of this message, which its server had accepted and another one returned; None when none is open.

    A report that is read twice changes nothing the second time.
    """
    mine = select(Delivery).where(Delivery.message_id == message_id, Delivery.state == "accepted")
    row = session.exec(mine.with_for_update()).first()
    if row is not None:
        row.state, row.error = "failed", why
    return row


def of_digest(session: Session, number: int) -> Sequence[Delivery]:
    return session.exec(select(Delivery).where(Delivery.digest_number == number).order_by(col(Delivery.id))).all()


def is_accepted(session: Session, number: int) -> bool:
    """Whether anyone has got the digest."""
    statement = select(Delivery.id).where(Delivery.digest_number == number, Delivery.state == "accepted")
    return session.exec(statement).first() is not None
