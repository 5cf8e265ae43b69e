"""Every page of the route table: how long it takes to make, and how large it is. Aims: 100 ms and 200 KB."""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from fastapi.testclient import TestClient

from store.database import engine_for
from store.migrate import migrate
from tests.furnished import furnish
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, serving, settings_for, sign_in

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOWN = 5


def run(quick: bool) -> list[str]:
    rounds = 3 if quick else 15
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(f"sqlite:///{folder}/archive.sqlite3", Path(folder))
        engine = engine_for(settings.database)
        migrate(engine)
        samples = furnish(engine, settings, Path(folder), now=NOW)
        with serving(engine, settings, NOW) as client:
            sign_in(client, ADMINISTRATOR)
            found = [_page(client, address(path, samples), rounds) for path in paths("GET")]
        engine.dispose()
    slowest = sorted(found, reverse=True)[:SHOWN]
    largest = sorted(found, key=lambda one: -one[1])[:SHOWN]
    return [
        f"{len(found)} pages; aims: at most 100 ms and 200 KB each",
        *(f"slowest: {seconds * 1000:6.1f} ms  {path}" for seconds, _, path in slowest),
        *(f"largest: {size / 1000:6.1f} KB  {path}" for _, size, path in largest),
    ]


def _page(client: TestClient, path: str, rounds: int) -> tuple[float, int, str]:
    """Median seconds, bytes before they are packed, and the address."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        answer = client.get(path)
        times.append(time.perf_counter() - start)
    return median(times), len(answer.content), path
