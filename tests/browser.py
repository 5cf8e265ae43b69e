"""Debian's Chromium for tests, and the web app served on loopback."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from config.settings import Settings
from web.app import create_app

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of the system; skips, saying what to install, where there is none. Never downloads one."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def served(engine: Engine, settings: Settings, now: datetime) -> Iterator[str]:
    """The app on a free port of this machine; its address."""
    config = uvicorn.Config(
        create_app(settings, engine, now=lambda: now), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    socket.listen()  # a browser that is quicker than the server waits in the queue
    thread = Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        socket.close()


def built() -> bool:
    """Whether the front-end assets are there: without them pages are plain on purpose."""
    return (Path(__file__).parents[1] / "web" / "static" / "dist" / "site.css").is_file()
