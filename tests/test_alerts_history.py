"""Any history of publications, decided without a database: each is told once, in time, and never while it is hidden."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.digest import Decided, Occasion, decide
from alerts.schedule_rules import LONDON, Schedule, is_due, next_due
from store.digest_facts import Candidates, ChangeFact, PublicationFact

START = datetime(2027, 1, 1, 6, tzinfo=UTC)
SHOWN = ("listed", "unlisted")
HOURS = st.integers(1, 30 * 24)
EVENTS = ("publish", "publish", "update", "suspect", "restore", "remove", "rhythm", "pause", "resume", "outage")
steps = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 9), HOURS), min_size=5, max_size=80)
schedules = st.builds(
    Schedule,
    frequency=st.sampled_from(["daily", "weekly", "monthly"]),
    at=st.sampled_from([time(0, 0), time(1, 30), time(8, 0), time(23, 59)]),
    weekday=st.integers(0, 6),
    working_days=st.booleans(),
)


@dataclass
class History:
    """A subscription and the publications that it finds, in memory."""

    schedule: Schedule
    now: datetime = START
    due: datetime = START
    down: bool = False
    paused: bool = False
    publications: dict[int, PublicationFact] = field(default_factory=dict)
    changes: list[ChangeFact] = field(default_factory=list)
    told: dict[int, int] = field(default_factory=dict)
    """Changes by the digest that told them."""
    listed: list[int] = field(default_factory=list)
    digests: int = 0

    def happen(self, event: str, which: int) -> None:
        if event == "publish":
            key = len(self.publications) + 1
            self.publications[key] = PublicationFact(
                id=key, title="Wren", kind="local_review", status="listed", derivative=False
            )
            self._log(key, "new")
        elif event in ("update", "suspect", "restore", "remove"):
            self._change(event, which)
        elif event == "rhythm":
            self.schedule = replace(self.schedule, frequency=("daily", "weekly", "monthly")[which % 3])
            self.due = next_due(self.schedule, self.now)
        elif event == "outage":
            self.down = not self.down
        else:
            self.paused = event == "pause" and which < 5
            until = self.now.date() + timedelta(days=which) if event == "pause" and which >= 5 else None
            self.schedule = replace(self.schedule, paused_until=until)

    def _change(self, event: str, which: int) -> None:
        if not self.publications:
            return
        key = 1 + which % len(self.publications)
        was = self.publications[key]
        kind, status = {"update": ("updated", was.status), "suspect": ("suspected", "suspected"),
                        "restore": ("restored", "listed"), "remove": ("removed", "removed")}[event]  # fmt: skip
        if (event == "restore") == (was.status in SHOWN) and event != "update":
            return
        self.publications[key] = replace(was, status=status)
        self._log(key, kind)

    def _log(self, key: int, kind: str) -> None:
        self.changes.append(ChangeFact(len(self.changes) + 1, key, kind, self.now))

    def make(self) -> None:
        """What `make_due_digests` does, with lists in place of tables."""
        if self.down or self.paused or not is_due(self.schedule, self.due, self.now):
            return
        decided = decide(self._candidates(), self._occasion())
        self.due = next_due(self.schedule, self.now)
        if decided.edition.has_content:
            self.digests += 1
            self._keep(decided)

    def _candidates(self) -> Candidates:
        told_in: dict[int, int] = {}
        for change in self.changes:
            if change.id in self.told and change.kind in ("new", "updated"):
                told_in.setdefault(change.publication, self.told[change.id])
        facts = {key: replace(one, told_in=told_in.get(key)) for key, one in self.publications.items()}
        kinds = ("new", "updated", "removed", "restored")
        return Candidates(tuple(one for one in self.changes if one.id not in self.told and one.kind in kinds), facts)

    def _occasion(self) -> Occasion:
        return Occasion(1, ("Wren",), self.schedule.frequency, "", START, self.now, False, LONDON, self.digests + 1)

    def _keep(self, decided: Decided) -> None:
        shown = [item.publication for item in decided.edition.items] + [
            one.publication for one in decided.edition.updates
        ]
        assert all(self.publications[key].status in SHOWN for key in shown), "what is hidden is not told"
        assert len(shown) == len(set(shown)), "a publication stands once in a digest"
        assert not set(decided.changes) & self.told.keys(), "a change is told once"
        self.told |= dict.fromkeys(decided.changes, self.digests)
        self.listed += [item.publication for item in decided.edition.items]


def days_to_come(start: datetime) -> Iterator[datetime]:
    return (start + timedelta(days=day) for day in range(1, 46))


@settings(max_examples=200, deadline=None)
@given(schedules, steps)
def test_each_publication_is_told_exactly_once(schedule: Schedule, happened: list[tuple[str, int, int]]) -> None:
    history = History(schedule, due=next_due(schedule, START))
    for event, which, hours in happened:
        history.happen(event, which)
        history.now += timedelta(hours=hours)
        history.make()
    history.down = history.paused = False
    history.schedule = replace(history.schedule, paused_until=None)
    for moment in days_to_come(history.now):
        history.now = moment
        history.make()
    shown = {key for key, one in history.publications.items() if one.status in SHOWN}
    assert len(history.listed) == len(set(history.listed)), "none twice"
    assert shown <= set(history.listed), "none lost"


@settings(max_examples=100, deadline=None)
@given(schedules, st.dates(date(2027, 1, 1), date(2031, 12, 1)), st.integers(1, 60))
def test_after_an_outage_there_is_one_digest(schedule: Schedule, day: date, days: int) -> None:
    start = datetime.combine(day, time(12), tzinfo=UTC)
    history = History(schedule, now=start, due=next_due(schedule, start))
    history.happen("publish", 0)
    history.now = history.due + timedelta(days=days)
    history.make()
    assert (history.digests, history.listed) == (1, [1])
    assert history.due > history.now
