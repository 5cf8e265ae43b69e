"""A year of chance: each subscription gets each matching publication exactly once, whatever happens in between."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session

from alerts.making import make_due_digests, reschedule, stored
from config.settings import Settings
from store import subscriptions
from store.database import reading, writing
from store.models import Publication
from tests import digest_archive as archive

START = datetime(2027, 1, 1, 6, tzinfo=UTC)
SHOWN = ("listed", "unlisted")


@dataclass
class Year:
    """The archive, and per subscription what its digests listed."""

    engine: Engine
    settings: Settings
    chance: Random
    now: datetime = START
    down: bool = False
    wrens: set[int] = field(default_factory=set)
    all: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    listed: Counter[tuple[int, int]] = field(default_factory=Counter)

    def publish(self, session: Session) -> None:
        """A new one; some of them came out while their source could not be read."""
        wren, late = self.chance.random() < 0.5, self.chance.random() < 0.2
        since = self.now - timedelta(days=8) if late else None
        title = f"{'Wren' if wren else 'Finch'} {len(self.all)}"
        key = archive.publication(session, title, at=self.now, late_since=since)
        self.all.add(key)
        self.wrens |= {key} if wren else set()
        self.late |= {key} if late else set()

    def baseline(self, session: Session) -> None:
        archive.publication(session, "Wren of old", at=self.now, note="baseline", news=False)

    def change(self, session: Session) -> None:
        """An update, a suspicion, a restoration or a removal of any publication."""
        if not self.all:
            return
        key = self.chance.choice(sorted(self.all))
        was = session.get_one(Publication, key).status
        then = {"listed": ["updated", "suspected"], "suspected": ["restored", "removed"], "removed": ["restored"]}[was]
        kind = self.chance.choice(then)
        status = {"updated": was, "restored": "listed"}.get(kind, kind)
        archive.status(session, key, status)
        archive.change(session, key, kind, at=self.now)

    def wish(self, session: Session) -> None:
        """A pause, its end, or another rhythm."""
        key = self.chance.choice([2, 3])
        what = self.chance.choice(["pause", "pause until", "resume", "rhythm"])
        if what == "resume":
            subscriptions.resume(session, key)
        elif what == "rhythm":
            row = subscriptions.get(session, key)
            row.frequency, row.at = (
                self.chance.choice(["daily", "weekly", "monthly"]),
                self.chance.choice(["01:30", "08:00"]),
            )
            reschedule(session, self.settings, key, now=self.now)
        else:
            until = self.now.date() + timedelta(days=9) if what == "pause until" else None
            subscriptions.pause(session, key, until)

    def outage(self, session: Session) -> None:
        self.down = not self.down

    def step(self) -> None:
        events: Sequence[Callable[[Session], None]] = [self.publish] * 3 + [
            self.baseline,
            self.change,
            self.wish,
            self.outage,
        ]
        with writing(self.engine) as session:
            self.chance.choice(events)(session)
        self.now += timedelta(minutes=self.chance.randrange(30, 96 * 60))
        if not self.down:
            self.make()

    def make(self) -> None:
        made = make_due_digests(self.engine, self.settings, self.now)
        editions = [stored(self.engine, self.settings, number).edition for number in made]
        whose = [edition.subscription for edition in editions]
        assert len(whose) == len(set(whose)), "after an outage there is one digest, not one for each day"
        for edition in editions:
            with reading(self.engine) as session:
                for item in edition.items:
                    assert session.get_one(Publication, item.publication).status in SHOWN
                    assert bool(item.late) == (item.publication in self.late)
                    self.listed[edition.subscription, item.publication] += 1
                assert all(session.get_one(Publication, one.publication).status in SHOWN for one in edition.updates)


@pytest.mark.parametrize(("database_address", "seed"), [("sqlite", 0), ("postgres", 1)], indirect=["database_address"])
def test_each_publication_exactly_once(engine: Engine, tmp_path: Path, seed: int) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=SecretStr("a key"))
    year = Year(engine, settings, Random(seed))
    with writing(engine) as session:
        archive.publishers(session, START)
    addresses: list[tuple[str, str, dict[str, Any]]] = [
        ("everything", "", {}),
        ("daily", "", {"frequency": "daily", "at": "01:30", "working_days": True}),
        ("wrens", "wren", {"frequency": "weekly", "weekday": 4}),
    ]
    for name, query, wishes in addresses:
        archive.subscription(
            engine, settings, f"mailto:{name}@example.org", now=START, query=query, name=name, **wishes
        )
    while year.now < START + timedelta(days=365):
        year.step()
    with writing(engine) as session:
        for key in (2, 3):
            subscriptions.resume(session, key)
    year.now += timedelta(days=45)
    year.make()
    with reading(engine) as session:
        shown = {key for key in year.all if session.get_one(Publication, key).status in SHOWN}
    assert set(year.listed.values()) <= {1}, "none twice"
    for subscription, wanted in ((1, year.all), (2, year.all), (3, year.wrens)):
        told = {publication for (key, publication) in year.listed if key == subscription}
        assert wanted & shown <= told <= wanted, "none lost, none that was not asked for"
