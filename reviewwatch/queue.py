"""Tasks carried by Procrastinate, where the database is Postgres: the clock hands them in, the workers take them.

The queue carries no state of ours: a job only says "look what is due". Its tables have a schema of their own.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import procrastinate
import structlog
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateSchema

from reviewwatch import worker
from reviewwatch.program import Program
from reviewwatch.stopping import GRACE

SCHEMA = "reviewwatch_queue"
STEPS = {"watch": worker.watch, "tell": worker.tell}
AT_ONCE = 2
"""Jobs of one worker at a time, so that a long reading does not hold up a digest."""

logger = structlog.get_logger(__name__)


def _arguments(program: Program) -> dict[str, Any]:
    address = program.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"conninfo": address, "options": f"-c search_path={SCHEMA}"}


@contextmanager
def _opened(program: Program) -> Iterator[App]:
    app = App(connector=SyncPsycopgConnector(**_arguments(program)))
    with app.open():
        yield app


def prepare(program: Program) -> None:
    """Make the queue's tables where they are missing."""
    if inspect(program.engine).has_table("procrastinate_jobs", schema=SCHEMA):
        return
    try:
        with program.engine.begin() as connection:
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
    except (IntegrityError, ProgrammingError):  # another process has just made it
        logger.info("the queue's tables are being made by another process")
        return
    with _opened(program) as app:
        app.schema_manager.apply_schema()


def defer(program: Program) -> list[str]:
    """Hand in one job of each kind that does not wait yet; which ones."""
    prepare(program)
    handed_in = []
    with _opened(program) as app:
        for name in STEPS:
            try:
                app.configure_task(name, queueing_lock=name).defer()
            except AlreadyEnqueued:
                continue
            handed_in.append(name)
    return handed_in


def work(program: Program, *, wait: bool = True) -> None:
    """Take jobs until SIGTERM; without `wait`, until none is left."""
    prepare(program)
    app = App(connector=PsycopgConnector(**_arguments(program)))
    for name in STEPS:
        _register(app, name, program)
    asyncio.run(_take_jobs(app, wait=wait))


def _register(app: App, name: str, program: Program) -> None:
    @app.task(name=name, queueing_lock=name)
    def step() -> None:
        worker.safely(STEPS[name], program)


async def _take_jobs(app: App, *, wait: bool) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=AT_ONCE,
            wait=wait,
            delete_jobs=procrastinate.jobs.DeleteJobCondition.ALWAYS.value,
            shutdown_graceful_timeout=GRACE,
        )
