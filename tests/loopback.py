"""A real web server on loopback for tests: pages by path, and a log of what was asked."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request as the server saw it. Header names in lower case."""

    path: str
    headers: dict[str, str]
    method: str = "GET"


@dataclass
class Page:
    """A page that the server answers with. With an `etag` or `last_modified` it answers conditional requests by 304."""

    body: bytes | str = ""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    etag: str = ""
    last_modified: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def is_held_by(self, asked: Asked) -> bool:
        """Whether the client says that it has this version."""
        if self.etag and "if-none-match" in asked.headers:
            return asked.headers["if-none-match"] == self.etag
        return bool(self.last_modified) and asked.headers.get("if-modified-since") == self.last_modified


class Handler(BaseHTTPRequestHandler):
    """Answers with the page at the path; a function there is called with the handler and does as it likes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: without this each page waits 40 ms
    server: "Server"

    def do_GET(self) -> None:
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, self.command)
        self.server.site.log.append(asked)
        page = self.server.site.pages.get(self.path.partition("?")[0], Page("<h1>Nothing here</h1>", status=404))
        if callable(page):
            page(self)
        elif page.is_held_by(asked):
            self.answer(Page("", status=304, etag=page.etag, last_modified=page.last_modified, headers=page.headers))
        else:
            self.answer(page)

    do_HEAD = do_GET

    def answer(self, page: Page) -> None:
        """Send one whole page."""
        body = page.body.encode() if isinstance(page.body, str) else page.body
        self.send_response(page.status)
        stated = {"ETag": page.etag, "Last-Modified": page.last_modified, "Content-Type": page.type}
        for name, value in {**stated, **page.headers}.items():
            if value:
                self.send_header(name, value)
        if page.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if page.status != 304 and self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr: tests read `Site.log`."""


@dataclass
class Site:
    """The pages of a running server (change them at will), its address, and what was asked so far."""

    url: str = ""
    pages: "dict[str, Page | Callable[[Handler], None]]" = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [asked.path for asked in self.log]


class Server(ThreadingHTTPServer):
    """One thread for each connection; clients that hang up are nothing to report."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.site = site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is part of these tests."""


@contextmanager
def serve(
    pages: "dict[str, Page | Callable[[Handler], None]] | None" = None, *, tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """A server on a free port of 127.0.0.1 for the time of the block; with `tls`, an https one."""
    site = Site(pages=pages or {})
    server = Server(site)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
