"""Child processes that start quickly: forked by a nursery process that has imported Scrapy once.

`multiprocessing`'s fork server would import the parent's main program again in each child, and its children outlive
a killed parent; the nursery does neither. One nursery per process, started on first use and again if it has died.
"""

import atexit
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import inf
from multiprocessing.connection import Connection
from time import monotonic

from spiders.engine.channel import Message, MessageKind, Task

GIB = 1024**3

# these say which process runs: STARTED its number, the others 0
LIFE = {MessageKind.STARTED, MessageKind.FAILED, MessageKind.ENDED}

PORTION = 20
"""So many results are handed over together at most ..."""
GATHERING = 0.05
"""... and seconds that a result waits for a next one: storing several at once costs half of storing each."""
DIED = "its process ended without a word: it crashed, or the system stopped it."
OVERRAN = "it took longer than its time limit and was stopped."
HUNG = "it did not answer any more and was stopped."

# the nursery sees the parent's import path, but never its main program
NURSERY = "import sys; sys.path[:] = sys.argv[2:]; from spiders.engine.nursery import main; main(int(sys.argv[1]))"


class Ending(Enum):
    RUNNING = "running"
    """Not yet ended."""
    DONE = "done"
    OVERRAN = "overran"
    """Stopped by us at its time limit."""
    FAILED = "failed"
    """Ended by an exception that the child could still tell."""
    DIED = "died"
    """Ended without a word: crashed, or killed from outside."""


@dataclass(frozen=True)
class Outcome:
    """What came of a child: results that it handed over, and how it ended (`reason` in words unless it is well)."""

    results: tuple[str, ...]
    ending: Ending
    reason: str = ""


class Stopped(Exception):
    """The nursery was closed while a child ran: the program is ending, nothing is wrong with the child's work."""


class Nursery:
    """The process that forks the children of this process. `closings`: how often it was closed on purpose."""

    def __init__(self) -> None:
        self.closings = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._owner = 0

    def start_child(self, module: str) -> "Connection[bytes, bytes]":
        """Start one child; returns our end of its channel. Raises OSError when no process can be started.

        `module`: what it will import (several with commas), which the nursery then has ready for the next one too.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._hand_over(module, theirs.fileno())
            except OSError:
                ours.close()
                raise
        return Connection(ours.detach())

    def get_ready(self) -> None:
        """Start importing what children need, while the caller does something else. Raises OSError."""
        with self._lock:
            self._open_door()

    def close(self) -> None:
        """End the nursery and every child that still runs (its `run` raises Stopped). A later one starts it again."""
        with self._lock:
            self.closings += 1
            self._close()

    def _hand_over(self, module: str, fd: int) -> None:
        with self._lock:
            try:
                socket.send_fds(self._open_door(), [module.encode()], [fd])
            except (BrokenPipeError, ConnectionResetError):  # it has died since: a new one
                self._close()
                socket.send_fds(self._open_door(), [module.encode()], [fd])

    def _open_door(self) -> socket.socket:
        if self._door is not None and self._owner == os.getpid():
            return self._door
        door, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with inside:
            self._process = subprocess.Popen(
                [sys.executable, "-c", NURSERY, str(inside.fileno()), *sys.path],
                pass_fds=[inside.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._door = door
        self._owner = os.getpid()
        return door

    def _close(self) -> None:
        if self._door is not None:
            self._door.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()  # it has nothing to put in order, and the system ends its children with it
            self._process.wait()
        self._door = self._process = None


nursery = Nursery()
atexit.register(nursery.close)


def run(target: str, payload: str, *, time_limit: float, memory_limit: int = GIB, module: str = "") -> Outcome:
    """Run `target` (`module:function`) with `payload` in a child process. Never hangs; a bad end is an Outcome.

    `time_limit` in seconds, `memory_limit` in bytes; `module`: costly imports of the target.
    Raises OSError when no process can be started at all, and Stopped when the nursery is closed meanwhile.
    """
    results: list[str] = []
    for outcome in watch(target, payload, time_limit=time_limit, memory_limit=memory_limit, module=module):
        results.extend(outcome.results)
    return Outcome(tuple(results), outcome.ending, outcome.reason)


def watch(
    target: str, payload: str, *, time_limit: float, memory_limit: int = GIB, module: str = "", silence: float = inf
) -> Iterator[Outcome]:
    """Like `run`, but hands over what there is as it comes: all results that wait, then the next; the end is the last.

    `silence`: seconds without a word from a child that has started after which it is taken to hang.
    """
    closings = nursery.closings
    deadline = monotonic() + time_limit
    task = Task(target=target, payload=payload, memory_limit=memory_limit)
    outcome = Outcome((), Ending.DIED, DIED)
    child = nursery.start_child(module or target.partition(":")[0])
    with child as connection, contextlib.suppress(BrokenPipeError):
        connection.send_bytes(task.model_dump_json().encode())
        for outcome in _listen(connection, deadline, silence):
            if outcome.ending is Ending.RUNNING:
                yield outcome
    if outcome.ending is Ending.DIED and nursery.closings != closings:
        raise Stopped
    yield outcome


def _listen(connection: "Connection[bytes, bytes]", deadline: float, silence: float) -> Iterator[Outcome]:
    """Take what the child says until it ends or overruns."""
    results: list[str] = []
    for message in _messages(connection, deadline, silence):
        match message.kind:
            case MessageKind.LOG:
                logging.getLogger(message.logger).log(message.number, "%s", message.text)
            case MessageKind.RESULT:
                results.append(message.text)
                if len(results) >= PORTION or not connection.poll(GATHERING):
                    yield Outcome(tuple(results), Ending.RUNNING)
                    results.clear()
            case MessageKind.FAILED:
                yield Outcome(tuple(results), Ending.FAILED, message.text)
                return
            case MessageKind.DIED:
                yield Outcome(tuple(results), Ending.DIED, DIED)
                return
            case MessageKind.ENDED:
                yield Outcome(tuple(results), Ending.DONE)
                return
    yield Outcome(tuple(results), Ending.OVERRAN, OVERRAN if monotonic() >= deadline else HUNG)


def _messages(connection: "Connection[bytes, bytes]", deadline: float, silence: float) -> Iterator[Message]:
    """What the child says, until the deadline. A child that runs on after it, or that nobody listens to, is killed."""
    child = 0
    try:
        while connection.poll(max(0.0, min(silence if child else inf, deadline - monotonic()))):
            message = Message.model_validate_json(connection.recv_bytes())
            if message.kind in LIFE:
                child = message.number
            yield message
    except (EOFError, ConnectionResetError):
        child = 0
        yield Message(kind=MessageKind.DIED)
    finally:
        if child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
