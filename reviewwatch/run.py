"""One machine: all processes as children; a dead one is started again, and all end together."""

import subprocess
import sys
from dataclasses import dataclass, field
from time import monotonic

import structlog

from reviewwatch.stopping import Stop, end_with_parent

LOOK_EVERY = 0.2
END_WITHIN = 8.0
"""Seconds that the children get to end, before they are killed."""
LONGEST_GAP = 60.0
STEADY = 60.0
"""Seconds after which a child counts as running well again."""

logger = structlog.get_logger(__name__)


def gap(deaths: int) -> float:
    """Seconds to wait before the next start, after so many deaths in a row."""
    return 0.0 if deaths == 0 else min(LONGEST_GAP, 2.0 ** (deaths - 1))


@dataclass
class Child:
    """One process of the installation, with its command's arguments."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    started: float = 0.0
    due: float = field(default_factory=monotonic)

    def look(self, now: float) -> None:
        """Start it when that is due; note that it has died."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        self.deaths = 1 if now - self.started > STEADY else self.deaths + 1
        self.process, self.due = None, now + gap(self.deaths)
        logger.error("a process ended and will be started again", name=self.name, code=code, seconds=gap(self.deaths))

    def start(self, now: float) -> None:
        # its own session: Ctrl-C reaches this process only, which then ends the others in order
        command = [sys.executable, "-m", "reviewwatch", *self.arguments]
        self.process = subprocess.Popen(command, start_new_session=True, preexec_fn=end_with_parent)
        self.started = now

    def end(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(commands: dict[str, list[str]]) -> int:
    """Keep a process for each command running until SIGTERM or SIGINT; returns the exit code."""
    stop = Stop(grace=0)
    children = [Child(name, arguments) for name, arguments in commands.items()]
    while not stop.wait(LOOK_EVERY):
        for child in children:
            child.look(monotonic())
    for child in children:
        if child.process is not None:
            child.process.terminate()
    deadline = monotonic() + END_WITHIN
    for child in children:
        child.end(deadline)
    return 0
