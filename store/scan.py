"""Pages that are only pictures, read by Tesseract where Debian's is installed. What it reads has mistakes.

So it is kept apart from the documents' own words (store.scans): it is searched, and nothing else.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

MEMORY = 2 * 1024**3
SECONDS = 120.0
_LONGEST = 200_000
"""Letters; no page has more."""


def program() -> str | None:
    """Where Tesseract is, if it is."""
    return shutil.which("tesseract")


def read_page(path: Path, number: int, tesseract: str, *, seconds: float = SECONDS, memory: int = MEMORY) -> str | None:
    """The words on a page of a PDF, counted from 1. None: it could not be read, or took too long. Never raises."""
    child = subprocess.Popen(
        [sys.executable, "-B", "-m", "store.scan_child", str(path.absolute()), str(number), str(memory),
         str(int(seconds) + 1), tesseract],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1],
        # on two cores its own threads make it five times slower
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
        start_new_session=True,
    )  # fmt: skip
    try:
        found, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _stop(child)
    return _plain(found) if child.returncode == 0 else None


def _stop(child: subprocess.Popen[bytes]) -> None:
    """The child and the Tesseract that it started."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def _plain(found: bytes) -> str:
    text = found.decode(errors="replace").replace("\f", "\n").replace("\0", "")[:_LONGEST]
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
