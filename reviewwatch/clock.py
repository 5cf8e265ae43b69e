"""The clock: one tick a minute, and nothing else kept in it. The tables know what is due."""

from datetime import datetime

import schedule

from reviewwatch import worker
from reviewwatch.program import Program
from reviewwatch.stopping import Stop


def tick(program: Program) -> None:
    """On Postgres hand the work to the queue; on SQLite send what is due, also while the worker reads for long."""
    worker.safely(hand_in if program.engine.dialect.name == "postgresql" else worker.tell, program)


def hand_in(program: Program, _now: datetime) -> int:
    from reviewwatch import queue

    return len(queue.defer(program))


def run(program: Program) -> None:
    """Tick until SIGTERM."""
    stop = Stop()
    scheduler = schedule.Scheduler()
    scheduler.every().minute.do(tick, program)
    scheduler.run_all()
    while not stop.wait(1):
        scheduler.run_pending()
