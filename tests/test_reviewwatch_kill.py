"""Killed at any moment and started again, a crawl ends in the same archive as an undisturbed one."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from samples.server import SampleServer
from samples.sources import sources_toml
from store import export
from store.database import engine_for, reading

ROOT = Path(__file__).parents[1]
KILLS_A_DAY = 7
DAYS = (0, 1, 5)
SOURCES = ("exampleshire-reviews", "northbeck-reviews", "valenews-feed", "penwick-reviews", "harrowmere-reviews")


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWWATCH_")}
    environment |= {
        "REVIEWWATCH_DATA_DIR": str(folder),
        "REVIEWWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
        "REVIEWWATCH_DOWNLOAD_DELAY": "0",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "reviewwatch", *arguments]
    return subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(folder: Path, *arguments: str) -> str:
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return out


def crawl(server: SampleServer, day: int) -> tuple[str, ...]:
    return "crawl", "--all", "--at", f"2026-03-{2 + day:02}T06:00:00+00:00"


def archive(folder: Path) -> list[Any]:
    """The export without ids, which say only in which order things were stored."""
    engine = engine_for(f"sqlite:///{folder / 'reviewwatch.sqlite3'}")
    with reading(engine) as session:
        lines = [json.loads(line) for line in export.write(export.records(session), "jsonl")]
    engine.dispose()
    return sorted((_without_ids(line) for line in lines), key=json.dumps)


def _without_ids(line: Mapping[str, Any]) -> dict[str, Any]:
    changes = sorted(
        ({name: value for name, value in change.items() if name != "id"} for change in line["changes"]), key=json.dumps
    )
    entries = sorted(line["entries"], key=json.dumps)
    documents = sorted(line["documents"], key=json.dumps)
    return {**line, "id": None, "changes": changes, "entries": entries, "documents": documents}


def interrupted(folder: Path, command: tuple[str, ...], after: float) -> bool:
    """Start a command and kill it, with all its children, after so many seconds. False when it had ended by then."""
    process = start(folder, *command)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def prepare(folder: Path, server: SampleServer) -> None:
    folder.mkdir()
    head, *blocks = sources_toml(server).split("[[source]]")
    chosen = [block for block in blocks if any(f'name = "{name}"' in block for name in SOURCES)]
    (folder / "sources.toml").write_text("[[source]]".join([head, *chosen]))
    run(folder, "sources", "import", "sources.toml")


@pytest.mark.timeout(600)
def test_killed_at_twenty_random_moments(tmp_path: Path) -> None:
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    chance = random.Random(20)
    with SampleServer() as server:
        prepare(calm, server)
        shutil.copytree(calm, rough)
        killed = 0
        for day in DAYS:
            server.set_day(day)
            began = time.monotonic()
            run(calm, *crawl(server, day))
            took = time.monotonic() - began
            kills = 0
            while kills < KILLS_A_DAY:
                if interrupted(rough, crawl(server, day), chance.uniform(0.1, 0.7) * took):
                    kills += 1
                else:
                    took *= 0.7  # what was done before makes later runs shorter
            killed += kills
            run(rough, *crawl(server, day))
            assert archive(rough) == archive(calm), f"day {day}"
    assert killed > 20
