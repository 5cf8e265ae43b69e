"""Serving the web app."""

import os
from multiprocessing import parent_process

import uvicorn
from fastapi import FastAPI

from reviewwatch.program import Program, log_everything, opened
from reviewwatch.stopping import end_with_parent
from web.app import create_app

ANSWER_WITHIN = 30
"""Seconds after which one of several processes that says nothing is replaced; beside a crawl they may be slow."""


def serve(program: Program, host: str) -> None:
    """Serve until SIGTERM. The log is ours; addresses that carry a token are not written to it."""
    _run(create_app(program.settings, program.engine), program, host)


def serve_by_several(program: Program, host: str, processes: int) -> None:
    """The same by several processes on one port: one uses one processor, however many people search."""
    _run("reviewwatch.serving:app_of_several", program, host, processes)


def _run(app: FastAPI | str, program: Program, host: str, processes: int = 1) -> None:
    uvicorn.run(
        app,
        factory=isinstance(app, str),
        workers=processes,
        timeout_worker_healthcheck=ANSWER_WITHIN,
        host=host,
        port=program.settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


def app_of_several() -> FastAPI:
    """The app of one of the processes, which begins with nothing."""
    end_with_parent()
    first = parent_process()
    if first is None or os.getppid() != first.pid:
        raise SystemExit("the process that served has ended already")
    log_everything()
    program = opened()
    return create_app(program.settings, program.engine)
