"""Text by page, read in a child process with limits: what publishers send is hostile input."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MEMORY = 1024 * 1024 * 1024
SECONDS = 120.0
DOCUMENTS = 200
"""After so many a new child takes over, so that nothing a document leaves behind can add up."""
_LARGEST_ANSWER = 256 * 1024 * 1024


class TextState(StrEnum):
    READ = "read"
    NO_TEXT = "no_text"
    ENCRYPTED = "encrypted"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True)
class Extracted:
    """A document's text. `pages` in order, as printed; empty unless `read`, or `no_text` with its number of pages."""

    state: TextState
    pages: list[str] = field(default_factory=list)
    title: str = ""
    """As the file itself says; often a template's, so never shown without need."""
    problem: str = ""
    """In words, for an administrator; empty when it was read."""


class Extractor:
    """Reads documents one after the other in one lasting child, which is replaced when it dies or has read many."""

    def __init__(self, *, memory: int = MEMORY, seconds: float = SECONDS, documents: int = DOCUMENTS) -> None:
        self._memory, self._seconds, self._documents = memory, seconds, documents
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._child:
            self._child.stop()
            self._child = None

    def extract(self, path: Path, media_type: str = "") -> Extracted:
        """The text of the file. Never raises for what is in it: state and problem say that. OSError: no such file."""
        path.stat()
        request = {"path": str(path.absolute()), "media_type": media_type}
        ended = 0
        for _ in range(2):  # a second try, because something else may have ended the child
            child = self._ready()
            try:
                answer = child.ask(request, self._seconds)
            except TimeoutError:
                self.close()
                return Extracted(TextState.TIMED_OUT, problem=f"it took more than {self._seconds:g} seconds to read")
            except (EOFError, OSError, ValueError):
                ended = child.stop()
                self._child = None
            else:
                return Extracted(TextState(answer["state"]), answer["pages"], answer["title"], answer["problem"])
        return Extracted(TextState.MALFORMED, problem=f"reading it made the reader stop ({_ending(ended)})")

    @property
    def child(self) -> int | None:
        """The child's process id, while there is one."""
        return self._child.id if self._child else None

    def _ready(self) -> "_Child":
        if self._child and (self._child.asked >= self._documents or not self._child.lives()):
            self.close()
        if self._child is None:
            self._child = _Child(self._memory)
        return self._child


class _Child:
    """One `python -m store.text_child`. It speaks JSON, never pickles: it may have been taken over by a document."""

    def __init__(self, memory: int) -> None:
        self.asked = 0
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", "store.text_child", str(theirs.fileno()), str(memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[1],
                # nothing of ours is in its environment: no password, no address
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            )

    @property
    def id(self) -> int:
        return self._process.pid

    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float) -> Any:
        """Its answer. Raises TimeoutError; EOFError or OSError when it has died; ValueError for nonsense."""
        self.asked += 1
        _send(self._pipe, {**request, "seconds": seconds})
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return json.loads(self._pipe.recv_bytes(_LARGEST_ANSWER))

    def stop(self) -> int:
        self._pipe.close()
        self._process.kill()
        return self._process.wait()


def _send(pipe: Connection, value: dict[str, Any]) -> None:
    pipe.send_bytes(json.dumps(value).encode())


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    return f"signal {name}"
