"""A real https endpoint on loopback that answers as a Teams workflow does, or as it is told to."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme


@dataclass
class Workflow:
    """The cards that were accepted. `answers` come in turn: a status, or 'drop'; 202 when they are used up."""

    port: int = 0
    ca: Path = Path()
    bodies: list[bytes] = field(default_factory=list)
    answers: list[int | str] = field(default_factory=list)
    connections: int = 0
    """Requests that came, whatever was answered."""
    said: bytes = b""
    """The body of each answer."""
    pause: float = 0.0
    """Seconds before each answer."""

    @property
    def url(self) -> str:
        """As Teams gives it; REQUESTS_CA_BUNDLE must name `ca`."""
        return f"https://localhost:{self.port}/workflows/abc123/triggers/manual/paths/invoke?api-version=1&sp=x&sv=1.0&sig=Secret_1"

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def workflow(folder: Path) -> Iterator[Workflow]:
    made = Workflow(ca=folder / "ca.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(made: Workflow) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.connections += 1
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            answer = made.answers.pop(0) if made.answers else 202
            time.sleep(made.pause)
            if answer == "drop":
                self.close_connection = True
                return
            if answer in (200, 202):
                made.bodies.append(body)
            self.send_response(int(answer))
            self.send_header("content-length", str(len(made.said)))
            self.end_headers()
            self.wfile.write(made.said)

        def log_message(self, format: str, *args: Any) -> None:
            return None

    return Handler
