"""Serves the miniature publishers on loopback, each at its own origin, and keeps a log of what was asked."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from threading import Event
from types import TracebackType
from typing import Self

from samples import timeline
from samples.failures import MODES, failed
from samples.host import HostServer, RequestLog
from samples.page import FIRST_DAY, Page

_PLACEHOLDER = re.compile(rb"http://([a-z]+)\.sample")
_NOT_FOUND = Page(b"<html><head><title>Not found</title></head><body><h1>Not found</h1></body></html>", status=404)
_TRIES = 20


class SampleServer:
    """All publishers of the story on one day. A context manager: `with SampleServer(day=0) as server: ...`.

    Every host has its own loopback address and all have one port; where the addresses cannot be bound, every host
    has a port of its own at 127.0.0.1. `port` 0 takes a free one.
    """

    def __init__(
        self, day: int = 0, first_day: date = FIRST_DAY, host_pattern: str = "127.0.1.{n}", port: int = 0
    ) -> None:
        self.first_day = first_day
        self.requests = RequestLog()
        self._day = day
        self._host_pattern, self._port = host_pattern, port
        self._forced: dict[str, str] = {}
        self._servers: dict[str, HostServer] = {}
        self.stopping = Event()

    def __enter__(self) -> Self:
        self._servers = _bind_all(self, self._host_pattern, self._port)
        for server in self._servers.values():
            server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        with ThreadPoolExecutor(len(self._servers)) as pool:
            list(pool.map(HostServer.stop, self._servers.values()))

    @property
    def day(self) -> int:
        return self._day

    def set_day(self, day: int) -> None:
        """Moves the story: 0 is the baseline, days after the last read like the last."""
        self._day = day

    def base(self, publisher_id: str) -> str:
        """The origin of a publisher, without a slash at the end. KeyError for an unknown id."""
        return self._servers[publisher_id].origin

    def url(self, address: str) -> str:
        """A real address for one of the story (`http://<publisher>.sample/...`)."""
        return self.real(address.encode()).decode()

    def real(self, body: bytes) -> bytes:
        """The bytes with the real origins in the place of the story's."""
        return _PLACEHOLDER.sub(lambda found: self.base(found[1].decode()).encode(), body)

    def fail(self, publisher_id: str, mode: str) -> None:
        """Makes a site fail (a key of `failures.MODES`, else ValueError) until `recover`."""
        if mode not in MODES:
            raise ValueError(f"unknown failure mode {mode}, one of {', '.join(MODES)}")
        self._forced[publisher_id] = mode

    def recover(self, publisher_id: str) -> None:
        """Ends a failure begun by `fail`; the story's own faults of the day stay."""
        self._forced.pop(publisher_id, None)

    def mode(self, publisher_id: str) -> str:
        """How the site fails now, empty when it does not."""
        return self._forced.get(publisher_id) or timeline.faults(self._day).get(publisher_id, "")

    def answer(self, host: str, target: str) -> tuple[Page, datetime | None]:
        """The page for a request target with its real addresses, and when it last changed (None: it does not say)."""
        found = timeline.answer(host, target, self._day, self.first_day)
        page = failed(self.mode(host), target.partition("?")[0], found or _NOT_FOUND)
        body = self.real(page.body) if page.is_text else page.body
        location = self.url(page.location)
        changed = timeline.modified(host, target, self._day, self.first_day) if page is found else None
        return replace(page, body=body, location=location), changed


def _bind_all(sample: SampleServer, pattern: str, port: int) -> dict[str, HostServer]:
    """A bound server for every host. OSError when a port that was asked for is taken."""
    for _ in range(1 if port else _TRIES):
        try:
            return _bind(sample, [pattern.format(n=number) for number in range(1, len(timeline.HOSTS) + 1)], port)
        except OSError:  # another program has the port at one of the addresses, or there are no such addresses
            continue
    return _bind(sample, ["127.0.0.1"] * len(timeline.HOSTS), port)


def _bind(sample: SampleServer, addresses: list[str], port: int) -> dict[str, HostServer]:
    """One port for all where the addresses differ, else a free one each (counted up from the one asked for)."""
    servers: dict[str, HostServer] = {}
    shared = len(set(addresses)) > 1
    try:
        for number, (host, address) in enumerate(zip(timeline.HOSTS, addresses, strict=True)):
            servers[host] = HostServer(host, sample, (address, port if shared or not port else port + number))
            port = servers[host].server_port if shared else port
    except OSError:
        for server in servers.values():
            server.server_close()
        raise
    return servers
