"""Claims of deliveries: who may send, and what becomes of a sender that died."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from store import deliveries, digests
from store.database import writing
from store.deliveries import Ledger
from store.models import Channel, Delivery, Digest, Subscription

LASTS = timedelta(minutes=30)


@pytest.fixture
def planned(engine: Engine, now: datetime) -> Engine:
    with writing(engine) as session:
        session.add(Channel(name="leads", kind="email", secret="x", shown="", made_at=now))
        session.flush()
        session.add(Subscription(channel_id=1, started_at=now))
        session.flush()
        session.add(Digest(subscription_id=1, made_at=now, period_start=now, period_end=now))
        session.flush()
        digests.plan_deliveries(session, 1, 1, [digests.Planned("a@example.org", "<1@example.org>")], now=now)
    return engine


def started(session: Session, now: datetime) -> Sequence[Delivery]:
    return deliveries.start(session, deliveries.due(session, now), now=now, lasts=LASTS)


def test_only_one_may_send(planned: Engine, now: datetime) -> None:
    with writing(planned) as session:
        assert len(started(session, now)) == 1
    with writing(planned) as session:
        assert started(session, now) == []
        assert deliveries.mark_interrupted(session, now) == 0
        assert session.get_one(Delivery, 1).state == "sending"


def test_a_claim_that_ran_out_is_unknown_and_due_again(planned: Engine, now: datetime) -> None:
    with writing(planned) as session:
        started(session, now)
    with writing(planned) as session:
        assert deliveries.mark_interrupted(session, now + LASTS) == 1
        row = session.get_one(Delivery, 1)
        assert (row.state, row.message_id, row.attempts) == ("unknown", "<1@example.org>", 1)
    with writing(planned) as session:
        assert [row.attempts for row in started(session, now + LASTS)] == [2]


def test_what_came_of_it(planned: Engine, now: datetime) -> None:
    with writing(planned) as session:
        started(session, now)
        deliveries.again(session, 1, why="busy", at=now + LASTS)
        assert deliveries.due(session, now) == []
        (row,) = started(session, now + LASTS)
        deliveries.give_back(session, 1)
        assert (row.state, row.attempts) == ("planned", 1)
        started(session, now + LASTS)
    with Ledger(planned) as ledger:
        ledger.accepted(1, now=now + LASTS)
    with writing(planned) as session:
        row = session.get_one(Delivery, 1)
        assert (row.state, row.due_at, row.error, row.claimed_by) == ("accepted", None, "", "")
        assert row.sent_at == now + LASTS
        assert started(session, now + 2 * LASTS) == []
        assert [one.recipient for one in deliveries.of_digest(session, 1)] == ["a@example.org"]
