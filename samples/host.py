"""One origin of the sample server: HTTP/1.1 with keep-alive, validators, conditional requests, and ways to fail."""

import hashlib
import socket
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Protocol

from samples.page import Page
from samples.timeline import NO_CACHE, WITHOUT_VALIDATORS

_DRIBBLE_SECONDS = 0.2
_BLOCK = b"<p>More of the same.</p>" * 2000


@dataclass(frozen=True)
class Request:
    """One request as it was answered. `host` is the publisher's id; status 0: no answer; bytes: of the body sent."""

    host: str
    path: str
    method: str
    status: int
    conditional: bool
    bytes: int


class RequestLog(list[Request]):
    """The requests since the last `clear`, in the order in which they were answered."""

    def of(self, host: str) -> list[Request]:
        return [request for request in self if request.host == host]


class Site(Protocol):
    """What an origin needs to know to answer."""

    requests: RequestLog
    stopping: Event

    def mode(self, publisher_id: str) -> str: ...
    def answer(self, host: str, target: str) -> tuple[Page, datetime | None]: ...


class HostServer(ThreadingHTTPServer):
    """Bound when made, answers between `start` and `stop`."""

    daemon_threads = False  # so that closing waits for the handlers, whose connections `stop` ends first
    request_queue_size = 64

    def __init__(self, host: str, site: Site, address: tuple[str, int]) -> None:
        self.host, self.site = host, site
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, Handler)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name=f"sample-{host}")

    def server_bind(self) -> None:
        """Without http.server's look-up of the host's name, which takes seconds where there is no name server."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def origin(self) -> str:
        return f"http://{self.server_name}:{self.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends open connections, waits for their handlers and frees the port."""
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                _hang_up(connection)
        self.server_close()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        with self._lock:
            self._open.add(request)
        return True

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that hangs up in the middle of an answer is part of the tests."""


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was quicker


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "samples", ""
    disable_nagle_algorithm = True
    server: HostServer

    def do_GET(self) -> None:
        """Answers GET and HEAD."""
        site, host = self.server.site, self.server.host
        mode = site.mode(host)
        if mode == "down":
            self.close_connection = True
            self._log(0, 0)
            return
        page, changed = site.answer(host, self.path)
        validators = _validators(host, page, changed)
        broken = mode in {"slow", "huge"} and self.path != "/robots.txt"
        if not broken and page.status == 200 and self._is_current(validators):
            self._answer(Page(b"", page.content_type, 304, headers=page.headers), validators, 0)
        elif not broken:
            self._answer(page, validators, len(page.body))
        elif mode == "slow":
            self._dribble(page)
        else:
            self._endless(page)

    do_HEAD = do_GET

    def _is_current(self, validators: dict[str, str]) -> bool:
        """If-None-Match counts before If-Modified-Since (RFC 9110, section 13.2.2)."""
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            return validators.get("ETag") in [tag.strip().removeprefix("W/") for tag in asked.split(",")]
        since, changed = self.headers.get("If-Modified-Since"), validators.get("Last-Modified")
        if since is None or changed is None:
            return False
        try:
            return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
        except ValueError:
            return False

    def _answer(self, page: Page, validators: dict[str, str], length: int) -> None:
        self._head(page, validators)
        if page.status != 304:
            self.send_header("Content-Length", str(length))
        sent = b"" if self.command == "HEAD" else page.body
        self._log(page.status, len(sent))  # before anything is sent: a client must find its request in the log
        self.end_headers()
        self.wfile.write(sent)

    def _head(self, page: Page, validators: dict[str, str]) -> None:
        self.send_response(page.status)
        headers = {"Content-Type": page.content_type, **dict(page.headers), **validators}
        if page.location:
            headers["Location"] = page.location
        for name, value in headers.items():
            self.send_header(name, value)

    def _dribble(self, page: Page) -> None:
        """The right body, a byte at a time, until the client or the server has had enough."""
        self._head(page, {})
        self.send_header("Content-Length", str(len(page.body)))
        self._log(page.status, len(page.body))
        self.end_headers()
        for byte in page.body:
            self.wfile.write(bytes([byte]))
            if self.server.site.stopping.wait(_DRIBBLE_SECONDS):
                break
        self.close_connection = True

    def _endless(self, page: Page) -> None:
        """A body without a stated length that goes on until the client hangs up."""
        self.close_connection = True
        self._head(page, {})
        self.send_header("Connection", "close")
        self._log(page.status, len(_BLOCK))
        self.end_headers()
        while not self.server.site.stopping.is_set():
            self.wfile.write(_BLOCK)

    def _log(self, status: int, sent: int) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        line = Request(self.server.host, self.path, self.command, status, conditional, sent)
        self.server.site.requests.append(line)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr: the log is `SampleServer.requests`."""


def _validators(host: str, page: Page, changed: datetime | None) -> dict[str, str]:
    if page.status != 200 or host == WITHOUT_VALIDATORS:
        return {}
    tag = {"ETag": f'"{hashlib.sha256(page.body).hexdigest()[:20]}"'}
    if host == NO_CACHE:
        return tag | {"Cache-Control": "no-cache"}
    return tag | ({"Last-Modified": format_datetime(changed, usegmt=True)} if changed else {})
