"""A mailbox on a real IMAP server (Twisted's), over TLS, in a process of its own: tests.imap_child."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

USER, PASSWORD = "watch@example.org", "Secret_1"


@contextmanager
def imap_server(folder: Path, ca: Path) -> Iterator[str]:
    """The address of a mailbox with the folder's messages; `ca` is written for the client."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca))
    made = authority.issue_cert("localhost")
    made.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    command = [sys.executable, "-m", "tests.imap_child", str(folder), USER, PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            yield f"imaps://watch%40example.org:{PASSWORD}@localhost:{port}/INBOX"
        finally:
            process.terminate()


def seen(folder: Path) -> list[str]:
    """The messages that are marked as read."""
    found: list[str] = json.loads((folder / "seen.json").read_text())
    return found
