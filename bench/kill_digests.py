"""Killed while sending, 200 times: 60 recipients on 3 channels, servers that drop, refuse, wait and answer 429 and 500.

Each run sends in a process that is killed (SIGKILL) at a random moment, then goes on as a restarted worker would.
Nothing may be lost; a message comes twice only when the server had it and we were killed before writing that down.
"""

import logging
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlmodel import col, select

from alerts.delivery import deliver_due, make_due_digests
from config.logging import set_up_logging
from config.settings import Settings
from store.database import engine_for, reading, writing
from store.migrate import migrate
from store.models import Delivery
from tests import digest_archive as archive
from tests.delivery_child import settings_of
from tests.mailbox import Mailbox, mailbox
from tests.teams import Workflow, workflow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADDRESSES = [[f"{name}{number}@example.org" for number in range(count)] for name, count in (("a", 30), ("b", 29))]
MESSAGES = 60
MAIL_TROUBLES = ("250 OK",) * 12 + ("drop", "451 4.3.0 not now")
CARD_TROUBLES = (202, 202, 200, 429, 500, "drop")
PATIENCE = 30.0
GAPS = [timedelta(minutes=1) * 2**step for step in range(12)]
"""Moments at which the restarted worker looks again, until the servers are well: longer than our own gaps."""


@dataclass
class Outcome:
    """What became of all runs."""

    runs: int = 0
    killed: int = 0
    lost: int = 0
    twice: int = 0
    unexplained: int = 0
    """Messages that came twice and were not the one that was on its way when we were killed."""
    other_id: int = 0
    moments: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Stage:
    folder: Path
    template: Path
    box: Mailbox
    teams: Workflow

    @property
    def came(self) -> int:
        return len(self.box.envelopes) + len(self.teams.bodies)


def run(quick: bool) -> list[str]:
    chance, outcome = random.Random(20260302), Outcome()
    with _stage() as stage:
        for number in range(10 if quick else 200):
            _one(stage, number, chance, outcome)
    quarters = ", ".join(f"{outcome.moments[quarter]}" for quarter in range(4))
    return [
        f"{outcome.runs} runs of {MESSAGES} messages, {outcome.killed} killed before their end",
        f"killed in the first, second, third and last quarter of the messages: {quarters}",
        f"lost: {outcome.lost} (aim: 0)",
        f"came twice: {outcome.twice}, all but {outcome.unexplained} on their way when we were killed (aim: 0)",
        f"mails that came twice under another Message-ID: {outcome.other_id} (aim: 0)",
    ]


@contextmanager
def _stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        teams = stack.enter_context(workflow(folder))
        os.environ["REQUESTS_CA_BUNDLE"] = str(teams.ca)
        stack.callback(os.environ.pop, "REQUESTS_CA_BUNDLE")
        stage = Stage(folder, folder / "template.sqlite3", stack.enter_context(mailbox()), teams)
        _fill(stage, settings_of(folder, stage.box.url))
        yield stage


def _fill(stage: Stage, settings: Settings) -> None:
    engine = engine_for(f"sqlite:///{stage.template}")
    migrate(engine)
    with writing(engine) as session:
        archive.publishers(session, NOW)
    first, second = (f"mailto:{','.join(addresses)}" for addresses in ADDRESSES)
    for name, address in (("first", first), ("team", stage.teams.url), ("second", second)):
        archive.subscription(engine, settings, address, now=NOW, name=name)
    with writing(engine) as session:
        archive.publication(session, "Learning from Wren", at=NOW)
    engine.dispose()


def _one(stage: Stage, number: int, chance: random.Random, outcome: Outcome) -> None:
    path = Path(shutil.copy(stage.template, stage.folder / f"{number}.sqlite3"))
    stage.box.envelopes.clear()
    stage.teams.bodies.clear()
    stage.box.data_answers = [chance.choice(MAIL_TROUBLES) for _ in range(2 * MESSAGES)]
    stage.teams.answers = [chance.choice(CARD_TROUBLES) for _ in range(3)]
    stage.teams.pause = chance.choice((0.0, 0.0, 0.2))
    killed_at = _killed(stage, path, chance)
    _go_on(stage, path, chance)
    _count(stage, path, killed_at, outcome)
    path.unlink()


def _killed(stage: Stage, path: Path, chance: random.Random) -> int | None:
    """How many messages had come when the sender was killed; None when it had ended before."""
    process = CONTEXT.Process(target=send, args=(str(path), str(stage.folder), stage.box.url, NOW))
    process.start()
    wanted, deadline = chance.randrange(MESSAGES), time.monotonic() + PATIENCE
    while stage.came < wanted and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.0005)
    time.sleep(chance.random() * 0.03)
    alive = process.is_alive()
    process.kill()
    process.join()
    return stage.came if alive else None


def send(database: str, folder: str, smtp: str, now: datetime) -> None:
    """What a worker does in one round."""
    set_up_logging("text", level=logging.CRITICAL)  # refusals are the point here, not news
    logging.disable(logging.CRITICAL)
    engine = engine_for(f"sqlite:///{database}")
    settings = settings_of(Path(folder), smtp)
    make_due_digests(engine, settings, now)
    deliver_due(engine, settings, now)
    engine.dispose()


def _go_on(stage: Stage, path: Path, chance: random.Random) -> None:
    """The restarted worker: some rounds with troubles, then the servers are well again."""
    moment = NOW
    for place, gap in enumerate(GAPS):
        moment += gap
        if place == 3:
            stage.box.data_answers, stage.teams.answers, stage.teams.pause = [], [], 0.0
        send(str(path), str(stage.folder), stage.box.url, moment)
        if not _open(path):
            return


def _count(stage: Stage, path: Path, killed_at: int | None, outcome: Outcome) -> None:
    to = Counter(stage.box.recipients)
    ids = {(mail["To"], mail["Message-ID"]) for mail in stage.box.mails}
    cards = len(stage.teams.bodies)
    twice = sum(to.values()) - len(to) + max(0, cards - 1)
    outcome.runs += 1
    outcome.lost += MESSAGES - 1 - len(to) + (cards == 0) + _open(path)
    outcome.twice += twice
    outcome.unexplained += max(0, twice - (killed_at is not None))
    outcome.other_id += len(ids) - len(to)
    if killed_at is not None:
        outcome.killed += 1
        outcome.moments[min(3, killed_at * 4 // MESSAGES)] += 1


def _open(path: Path) -> int:
    """Deliveries that are not written down as accepted."""
    engine = engine_for(f"sqlite:///{path}")
    with reading(engine) as session:
        found = session.exec(select(Delivery).where(col(Delivery.state) != "accepted")).all()
    engine.dispose()
    return len(found)


CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["bench.kill_digests", "bench._warm"])
