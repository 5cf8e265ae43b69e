"""A Postgres of our own for one test process: Debian's server, started in a temporary folder."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3
"""Bytes for a server of each test process."""
SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_wal_size=128MB",
    "dynamic_shared_memory_type=mmap",
)
"""Nothing has to outlive the server; and what it shares between processes goes with its folder."""


def programs() -> Path | None:
    """The folder of the newest server's programs, or None where Postgres is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _run_as(*command: str) -> None:
    prefix = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True)


def _quick() -> Path | None:
    """Memory, where there is enough of it: a new database for each test is ten times as quick as on a disk."""
    there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if there else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """The address of a running server, `postgresql://user@host:port`, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="rw-pg-", dir=_quick()) as folder:
        user = USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data, port = f"{folder}/data", _free_port()
        locale = ("-E", "UTF8", "--locale=C.UTF-8")
        _run_as(str(bin_folder / "initdb"), "-D", data, "-A", "trust", "-N", "-U", user, *locale)
        options = " -c ".join((f"-p {port} -k {folder}", "listen_addresses=127.0.0.1", *SETTINGS))
        control = str(bin_folder / "pg_ctl")
        _run_as(control, "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://{user}@127.0.0.1:{port}"
        finally:
            _run_as(control, "-D", data, "-m", "immediate", "stop")
