"""`reviewwatch run` as a person starts it: a real process with its children, its web app on a port of this machine."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO

from tests.command_line import ROOT

PAUSE = Event()
"""Never set: waiting for it gives way to the others."""


@contextmanager
def running(folder: Path, port: int, **settings: str) -> Iterator[str]:
    """The one-time link that it prints, once its web app answers; all of it ends with the block."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings, "PORT": str(port)}
    command = [sys.executable, "-m", "reviewwatch", "run"]
    log = (folder / "run.log").open("w")
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        link = _link(process.stdout)
        _await_answer(process, port)
        yield link
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        log.close()


def _link(said: IO[str]) -> str:
    for line in said:
        if found := re.search(r"\S+/sign-in/link/\S+", line):
            return found[0]
    raise AssertionError("it ended without having printed a link")


def _await_answer(process: "subprocess.Popen[str]", port: int) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("localhost", port)).close()
        except OSError:
            PAUSE.wait(0.05)
        else:
            return
    raise AssertionError("it ended")
