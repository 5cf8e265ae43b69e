"""The clock: one tick a minute, and nothing else kept in it. The tables know what is due."""

import schedule

from reviewwatch import worker
from reviewwatch.program import Program
from reviewwatch.stopping import Stop


def tick(program: Program) -> None:
    """On Postgres hand the work to the queue; on SQLite send what is due, also while the worker reads for long."""
    if program.engine.dialect.name == "postgresql":
        from reviewwatch import queue

        queue.defer(program)
    else:
        worker.safely(worker.tell, program)


def run(program: Program) -> None:
    """Tick until SIGTERM."""
    stop = Stop()
    scheduler = schedule.Scheduler()
    scheduler.every().minute.do(tick, program)
    scheduler.run_all()
    while not stop.wait(1):
        scheduler.run_pending()
