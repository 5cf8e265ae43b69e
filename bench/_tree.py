"""What a command and all its children take: seconds, seconds of CPU, memory."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.05
"""Seconds between two looks."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Taken:
    """`largest`: MB of the largest process; `together`: MB of all at one time, what they share counted once."""

    seconds: float
    cpu: float
    largest: float
    together: float


def timed(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds that a command takes. Raises CalledProcessError."""
    start = time.perf_counter()
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def watched(command: Sequence[str], environment: Mapping[str, str]) -> Taken:
    """Run a command, looking at its processes now and then: slower than `timed`, so never compared with it."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    cpu: dict[int, float] = {}
    largest = together = 0.0
    while process.poll() is None:
        processes = _session(process.pid)
        for number in processes:
            cpu[number] = max(cpu.get(number, 0.0), _cpu(number))
        memory = [_memory(number) for number in processes]
        largest = max(largest, *(one for one, _ in memory), 0.0)
        together = max(together, sum(one for _, one in memory))
        time.sleep(EVERY)
    return Taken(time.perf_counter() - start, sum(cpu.values()), largest, together)


def _session(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields and int(fields[3]) == leader:
                found.append(int(folder.name))
    return found


def _stat(process: int) -> list[str]:
    """The fields of a process's stat from its state on; empty when it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _memory(process: int) -> tuple[float, float]:
    """MB in use, and MB with what is shared divided by those who share it."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines[1:] if line.endswith("kB")}
    return found.get("Rss", 0.0), found.get("Pss", 0.0)
