"""Tasks carried by Procrastinate, where the database is Postgres: the clock hands them in, the workers take them.

The queue carries no state of ours: a job only says "look what is due". Its tables have a schema of their own.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import procrastinate
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.schema import CreateSchema

from reviewwatch import worker
from reviewwatch.program import Program
from reviewwatch.stopping import GRACE

SCHEMA = "reviewwatch_queue"
LOCK = 7_215_302
"""Of Postgres; store.database has the one before."""
STEPS = {"watch": worker.watch, "tell": worker.tell, "tidy": worker.tidy, "scan": worker.scan}
AFTER_ALL = {"scan": -1}
"""The priority of jobs that wait for all others; theirs is 0."""
AT_ONCE = 2
"""Jobs of one worker at a time, so that a long reading does not hold up a digest."""


def _arguments(program: Program) -> dict[str, Any]:
    address = program.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"conninfo": address, "kwargs": {"options": f"-c search_path={SCHEMA}"}, "min_size": 1}


@contextmanager
def _opened(program: Program) -> Iterator[App]:
    app = App(connector=SyncPsycopgConnector(**_arguments(program)))
    with app.open():
        yield app


def prepare(program: Program) -> None:
    """Make the queue's tables where they are missing; one process at a time, clock and workers begin together."""
    if _is_there(program.engine):
        return
    with _alone(program.engine) as connection:
        connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
    with _alone(program.engine):
        if not _is_there(program.engine):
            with _opened(program) as app:
                app.schema_manager.apply_schema()


def _is_there(engine: Engine) -> bool:
    return inspect(engine).has_table("procrastinate_jobs", schema=SCHEMA)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        yield connection


def defer(program: Program) -> list[str]:
    """Hand in one job of each kind that does not wait yet; which ones."""
    prepare(program)
    handed_in = []
    with _opened(program) as app:
        for name in STEPS:
            try:
                app.configure_task(name, queueing_lock=name, priority=AFTER_ALL.get(name, 0)).defer()
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
