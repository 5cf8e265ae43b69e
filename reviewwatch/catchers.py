"""Real servers on loopback that keep what they are sent: a mail server and a Teams workflow's https endpoint."""

import json
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Caught:
    """Where messages come in, and the files that they were written to, in the order of their coming."""

    address: str
    files: list[Path] = field(default_factory=list)

    def keep(self, folder: Path, ending: str, content: bytes) -> None:
        path = folder / f"{len(self.files) + 1:03}.{ending}"
        path.write_bytes(content)
        self.files.append(path)


@contextmanager
def mail_catcher(folder: Path) -> Iterator[Caught]:
    """A mail server; its address is an `SMTP_URL`, each mail becomes an .eml file in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    caught = Caught("")

    class Handler:
        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
            content = envelope.content or b""
            caught.keep(folder, "eml", content if isinstance(content, bytes) else content.encode())
            return "250 OK"

    controller = _LoopbackController(Handler())
    controller.start()
    try:
        caught.address = f"smtp://127.0.0.1:{controller.port}"
        yield caught
    finally:
        controller.stop()


class _LoopbackController(Controller):
    """On a free port, which is known once the server listens."""

    def __init__(self, handler: object) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=_free_port())


def _free_port() -> int:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    return int(server.server_address[1])


@contextmanager
def teams_catcher(folder: Path) -> Iterator[Caught]:
    """An https endpoint like a Teams workflow's: 202, and each card becomes a .json file in `folder`.

    Its certificate is made for the occasion; Apprise trusts it through REQUESTS_CA_BUNDLE while this lasts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    caught = Caught("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda body: caught.keep(folder, "json", _pretty(body))))
    server.daemon_threads = True
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    bundle = folder / "certificate.pem"
    authority.cert_pem.write_to_path(str(bundle))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    former = os.environ.get("REQUESTS_CA_BUNDLE")
    os.environ["REQUESTS_CA_BUNDLE"] = str(bundle)
    try:
        caught.address = f"workflows://localhost:{server.server_address[1]}/demo/secret"
        yield caught
    finally:
        _restore("REQUESTS_CA_BUNDLE", former)
        server.shutdown()
        server.server_close()
        thread.join()
        bundle.unlink()


def _restore(name: str, former: str | None) -> None:
    if former is None:
        del os.environ[name]
    else:
        os.environ[name] = former


def _pretty(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=1, ensure_ascii=False).encode()


def _handler(keep: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keep(self.rfile.read(int(self.headers.get("content-length", "0"))))
            self.send_response(202)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Said by the demo, not here."""

    return Handler
