"""Load: 50 people search a large archive on SQLite while a crawl writes. Aim: p95 under 300 ms, nothing lost.

The web app is a real `reviewwatch web`; readers and crawl are processes of their own, on the same two cores. A person
asks, reads for two to four seconds, and asks again, now and then opening what was found. A second run without reading
time tells how much the machine can do at most.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote
from urllib.request import urlopen

from sqlalchemy import Engine, func, insert
from sqlmodel import Session, col, select

from config.settings import Settings
from store import people, search_index
from store.database import engine_for, reading, writing
from store.migrate import migrate
from store.models import CrawlRun, Document, Entry, PageText, Publication, Publisher, Version
from tests.postgres import _free_port as free_port

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
KINDS = ("local_review", "annual_report", "briefing", "guidance")
THEMES = ("neglect", "domestic-abuse", "sexual-abuse", "mental-health")
AREAS = tuple(f"Area{number}" for number in range(40))
SOURCES = 5


@dataclass(frozen=True)
class Size:
    reports: int
    pages: int
    words: int
    users: int
    seconds: int


def run(quick: bool) -> list[str]:
    size = Size(100, 5, 100, 10, 4) if quick else Size(2000, 40, 250, 50, 60)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), base_url="http://127.0.0.1", port=free_port(), download_delay=0.0,
                            allow_private_addresses=True)  # fmt: skip
        engine = engine_for(settings.database)
        migrate(engine)
        vocabulary = _vocabulary()
        _fill(engine, size, vocabulary)
        _give_work(Path(folder), engine, size, vocabulary)
        with _program(settings, ["-m", "reviewwatch", "web"]) as web, _program(settings, _crawl(settings)) as crawl:
            _wait_for(settings)
            usual = _readers(folder, settings, size, pause=3.0)
            most = _readers(folder, settings, size, pause=0.0)
            said = crawl.communicate(b"stop\n")[0].decode().split()
            web.terminate()
        lost = _lost(engine, size, int(said[-1]))
        engine.dispose()
    title = f"{size.reports} reports of {size.pages} pages, {size.users} people, a crawl beside them"
    return [
        f"{title}; aim: p95 under 300 ms",
        _line("reading 2 to 4 s between questions", usual),
        _line("without a pause (the most it can do)", most),
        lost,
    ]


def _line(name: str, answers: list[list[float]]) -> str:
    times = sorted(one[1] * 1000 for one in answers)
    wrong = sum(one[0] != 200 for one in answers)
    rate = len(answers) / (max(one[2] for one in answers) - min(one[2] for one in answers))
    p95 = quantiles(times, n=20)[-1]
    return (
        f"{name:38} {rate:6.1f}/s   p50 {median(times):6.1f} ms   p95 {p95:6.1f} ms   longest {times[-1]:7.1f} ms   "
        f"not 200: {wrong}"
    )


def _lost(engine: Engine, size: Size, published: int) -> str:
    with reading(engine) as session:
        kept = session.exec(select(func.count()).select_from(Entry)).one()
        texts = session.exec(
            select(func.count())
            .select_from(Version)
            .where(Version.text_state == "read", col(Version.id) > size.reports)
        ).one()
        outcomes = dict(session.exec(select(CrawlRun.outcome, func.count()).group_by(CrawlRun.outcome)).all())
    return (
        f"crawl: {published} published, {kept} kept as entries, {texts} documents read; readings by outcome: {outcomes}"
    )


# --- the archive


def _vocabulary() -> list[str]:
    syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve"]
    return [a + b + c + d for a in syllables for b in syllables for c in syllables for d in ("n", "s")]


def _fill(engine: Engine, size: Size, vocabulary: list[str]) -> None:
    """Reports of words of which few are common and most are rare, as in a language."""
    chance = random.Random(1)
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(vocabulary))))
    with writing(engine) as session:
        for area in AREAS:
            session.add(
                Publisher(id=area.lower(), name=f"{area} Safeguarding Partnership", short=area, nation="England")
            )
        session.flush()
        for number in range(1, size.reports + 1):
            pages = [" ".join(chance.choices(vocabulary, cum_weights=weights, k=size.words)) for _ in range(size.pages)]
            _keep(session, number, pages, chance)


def _keep(session: Session, number: int, pages: list[str], chance: random.Random) -> None:
    area = chance.choice(AREAS)
    publication = Publication(
        id=number, title=f"Child {number}: a review", kind=chance.choice(KINDS), area=area, publisher_id=area.lower(),
        published=date(chance.randint(2005, 2026), 3, 1), precision="month", first_seen=NOW,
        themes=[chance.choice(THEMES)], abstract=" ".join(pages[0].split()[:40]),
    )  # fmt: skip
    url = f"https://reports.example/{number}.pdf"
    document = Document(
        id=number, publication_id=number, url=url, canonical=url, role="overview_report", first_seen=NOW,
        current_version_id=number, fetch=False,
    )  # fmt: skip
    version = Version(
        id=number, document_id=number, sha256=str(number), state="current", first_seen=NOW, last_seen=NOW,
        text_state="read", pages=len(pages),
    )  # fmt: skip
    for row in (publication, document, version):
        session.add(row)
        session.flush()
    rows = [{"version_id": number, "number": n, "text": text} for n, text in enumerate(pages, start=1)]
    session.execute(insert(PageText), rows)
    search_index.reindex_publication(session, publication)
    session.expunge_all()


def _give_work(folder: Path, engine: Engine, size: Size, vocabulary: list[str]) -> None:
    """What each reader does: their session's cookie, and what they will ask for."""
    chance = random.Random(3)
    readers = []
    with writing(engine) as session:
        for number in range(size.users):
            user = people.add_user(session, f"reader{number}@example.org", "staff", now=NOW)
            session.flush()
            cookie = people.sign_in(session, user, now=datetime.now(UTC))
            readers.append({"cookie": cookie, "asks": [_ask(chance, vocabulary, size) for _ in range(200)]})
    (folder / "readers.json").write_text(json.dumps(readers))


def _ask(chance: random.Random, vocabulary: list[str], size: Size) -> str:
    common, other, rare = (vocabulary[chance.randrange(*span)] for span in ((0, 60), (60, 600), (600, 4000)))
    words = chance.choice(
        (other, f'"{common} {other}"', f"{common} {other} {rare}", f"{other[:4]}*", f"{common} year:2020")
    )
    filtered = chance.choice(("", "", f"&kind={chance.choice(KINDS)}", f"&area={chance.choice(AREAS)}&page=2"))
    opened = f"/publications/{chance.randint(1, size.reports)}"
    return chance.choice((f"/?q={quote(words)}{filtered}",) * 4 + (opened, "/"))


# --- processes


@contextmanager
def _program(settings: Settings, arguments: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    environment = os.environ | {
        "REVIEWWATCH_DATA_DIR": str(settings.data_dir),
        "PORT": str(settings.port),
        "REVIEWWATCH_BASE_URL": settings.public_url,
        "REVIEWWATCH_DOWNLOAD_DELAY": "0",
        "REVIEWWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
    }
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _crawl(settings: Settings) -> list[str]:
    return ["-m", "bench._load_crawl", str(SOURCES)]


def _wait_for(settings: Settings) -> None:
    for _ in range(600):
        try:
            with urlopen(f"http://127.0.0.1:{settings.port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web app did not start")


def _readers(folder: str, settings: Settings, size: Size, *, pause: float) -> list[list[float]]:
    """Status, seconds and moment of each answer."""
    command = [sys.executable, "-m", "bench._load_readers", f"{folder}/readers.json", str(settings.port)]
    done = subprocess.run([*command, str(size.seconds), str(pause)], check=True, stdout=subprocess.PIPE)
    answers: list[list[float]] = json.loads(done.stdout)
    return answers
