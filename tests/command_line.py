"""The command line as tests use it: quickly in this process, or as a real process where that matters."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reviewwatch.cli import app
from store.database import engine_for

ROOT = Path(__file__).parent.parent


@dataclass
class CommandLine:
    """Commands with one machine's settings."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> Result:
        """A command in this process; what it printed is in `stdout` and `stderr`."""
        return CliRunner().invoke(app, list(arguments), env=self.settings, catch_exceptions=False)

    def did(self, *arguments: str) -> str:
        """What a command printed that ended well."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def listed(self, *arguments: str) -> Any:
        """The JSON that a command printed."""
        return json.loads(self.did(*arguments, "--json"))

    def process(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """A command as a process of its own."""
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.settings, **settings}
        command = [sys.executable, "-m", "reviewwatch", *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120)


@contextmanager
def command_line(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """The program with this database, its data in `folder`; the log goes back to the tests afterwards."""
    monkeypatch.chdir(folder)
    settings = {
        "DATABASE_URL": address,
        "REVIEWWATCH_DATA_DIR": str(folder / "data"),
        "REVIEWWATCH_SECRET_KEY": "a key for tests only",
        "REVIEWWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
        "REVIEWWATCH_DOWNLOAD_DELAY": "0",
    }
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield CommandLine(folder, settings)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        engine_for(address).dispose()
