"""Holding hosts: whoever asks a host anything holds its claim, so that only one process asks at a time (rule 10)."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from store import claims, sources
from store.database import writing, writing_archive

HOST_CLAIM = timedelta(hours=3)
RENEWED = timedelta(hours=1)
"""A claim so old is made new, while its holder lives and works."""
PAUSE = 0.2
"""Seconds between two tries."""


class Held:
    """The hosts that this process holds. Claims go by the real clock, whatever moment a command acts as of."""

    def __init__(self, engine: Engine) -> None:
        self.hosts: set[str] = set()
        self._engine = engine
        self._since = claims.real_now()

    def take(self, names: Iterable[str]) -> None:
        """Claim those that are free."""
        self._since = claims.real_now()
        with writing_archive(self._engine) as session:
            free = {name for name in names if self._claim(session, name, self._since)}
        self.hosts |= free

    def _claim(self, session: Session, name: str, now: datetime) -> bool:
        return claims.claim(session, sources.host(session, name), now=now, lasts=HOST_CLAIM)

    def give_back(self, names: Iterable[str]) -> None:
        """Release these; what is still held longer is claimed anew when its claim grows old."""
        done = self.hosts & set(names)
        now = claims.real_now()
        old = self.hosts - done if now - self._since > RENEWED else set()
        if not done and not old:
            return
        with writing(self._engine) as session:
            for name in done:
                claims.release(sources.host(session, name))
            for name in old:
                sources.host(session, name).claimed_until = now + HOST_CLAIM
        self.hosts -= done
        self._since = now if old else self._since


@contextmanager
def at_hosts(engine: Engine, names: Iterable[str]) -> Iterator[Held]:
    """Hold those of the hosts that no other process holds."""
    held = Held(engine)
    held.take(names)
    try:
        yield held
    finally:
        held.give_back(held.hosts)


@contextmanager
def at_host(engine: Engine, name: str, *, wait: float) -> Iterator[bool]:
    """Hold one host; `wait`: seconds to wait for another process. False: that one has it still."""
    deadline = time.monotonic() + wait
    with at_hosts(engine, [name]) as held:
        while not held.hosts and time.monotonic() < deadline:
            time.sleep(PAUSE)
            held.take([name])
        yield bool(held.hosts)
