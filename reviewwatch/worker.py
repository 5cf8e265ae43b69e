"""Doing what is due. Any number of workers may run: every step claims its rows first."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import structlog

from alerts.bounces import read_bounces
from alerts.delivery import deliver_due, make_due_digests
from alerts.notices import tell_administrators
from reviewwatch import tasks
from reviewwatch.program import Program
from reviewwatch.stopping import Stop
from reviewwatch.work import Work
from store import chores, keeping, sources
from store.database import reading, writing, writing_archive

PAUSE = 5.0
"""Seconds between two looks at the tables."""
AT_ONCE = 12
"""Sources read in one round: after each round their documents are fetched, and digests and messages get their turn."""
NIGHT = time(3)
"""London time."""
LEFT_BEHIND = timedelta(days=1)
"""No fetch takes that long: an older folder belongs to nobody."""

logger = structlog.get_logger(__name__)


def watch(program: Program, now: datetime) -> int:
    """Read some sources that are due, and do what waits: documents, texts, matching. How many sources were read."""
    with reading(program.engine) as session:
        names = [source.name for source in sources.due(session, now)[:AT_ONCE]]
    work = Work(program.engine, program.files, program.settings, now)
    return len(tasks.crawl_and_work(work, names, only_due=True))


def tell(program: Program, now: datetime) -> int:
    """Read what came back, make the digests that are due, send, tell the administrators. How many digests were made."""
    read_bounces(program.engine, program.settings, now)
    numbers = make_due_digests(program.engine, program.settings, now)
    deliver_due(program.engine, program.settings, now)
    tell_administrators(program.engine, program.settings, now)
    return len(numbers)


def tidy(program: Program, now: datetime) -> int:
    """Once a night: delete what is older than it is kept. How many rows and files."""
    night = _next_night(program, now)
    with writing(program.engine) as session:
        if not chores.take(session, "retention", now=now, first=night):
            return 0
    with writing_archive(program.engine) as session:
        found = keeping.apply(session, program.files, now=now, by="reviewwatch")
        chores.done(session, "retention", next_at=night)
    return sum(one.count for one in found)


def _next_night(program: Program, now: datetime) -> datetime:
    local = now.astimezone(program.settings.zone)
    day = local.date() + timedelta(days=1 if local.time() >= NIGHT else 0)
    return datetime.combine(day, NIGHT, tzinfo=program.settings.zone).astimezone(UTC)


def scan(program: Program, now: datetime) -> int:
    """Read some pages that are only pictures; how many. After everything else: it takes seconds a page."""
    return tasks.read_scans(Work(program.engine, program.files, program.settings, now))


def safely(step: Callable[[Program, datetime], int], program: Program) -> int:
    """Do a step as of now. What goes wrong is logged, and the step is due again."""
    try:
        return step(program, datetime.now(UTC))
    except Exception:
        logger.exception("a step failed and will be tried again", step=step.__name__)
        return 0


def sweep(scratch: Path) -> None:
    """Remove what workers that were killed left of documents on their way."""
    for folder in scratch.glob("reviewwatch-*"):
        if datetime.now(UTC).timestamp() - folder.stat().st_mtime > LEFT_BEHIND.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)


def run(program: Program) -> None:
    """Work until SIGTERM."""
    if program.engine.dialect.name == "postgresql":
        from reviewwatch import queue

        queue.work(program)
        return
    stop = Stop()
    sweep(program.settings.data_dir / "scratch")
    while not stop.is_set:
        safely(tell, program)
        safely(tidy, program)
        busy = safely(watch, program)
        scanned = 0 if busy or stop.is_set else safely(scan, program)
        stop.wait(0 if busy or scanned else PAUSE)  # what was found is told at once
