"""Serving the web app."""

import uvicorn

from reviewwatch.program import Program
from web.app import create_app


def serve(program: Program, host: str) -> None:
    """Serve until SIGTERM. The log is ours; addresses that carry a token are not written to it."""
    app = create_app(program.settings, program.engine)
    uvicorn.run(
        app, host=host, port=program.settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
