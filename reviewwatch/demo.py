"""The whole of it, offline: sample publishers on loopback, a timeline, digests to real local servers."""

import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from sqlmodel import Session, col, select

from alerts import channels as alert_channels
from alerts.delivery import deliver_due
from alerts.making import make_due_digests, subscribe
from config.logging import set_up_logging
from config.settings import load_settings
from config.sources_toml import read_sources
from config.themes import vocabulary
from reviewwatch import serving, tasks
from reviewwatch.catchers import Caught, mail_catcher, teams_catcher
from reviewwatch.output import clean
from reviewwatch.program import Program
from reviewwatch.work import Work
from samples.changes import STORY
from samples.server import SampleServer
from samples.sources import sources_toml
from spiders.base import kinds, spider_for
from store import changes, incidents, people, search, sources, topics
from store.database import engine_for, reading, writing
from store.entries import RunSummary
from store.migrate import migrate
from store.models import Change, CrawlRun, Publication, Subscription
from store.query import parse

READ_AT = timedelta(hours=6)
DIGEST_AT = timedelta(hours=8)
QUESTION = "recommendation supervision"


@dataclass
class Stage:
    """Everything that a day of the demo needs."""

    program: Program
    server: SampleServer
    mails: Caught
    cards: Caught

    def moment(self, day: int, after: timedelta) -> datetime:
        return datetime.combine(self.server.first_day, datetime.min.time(), tzinfo=UTC) + timedelta(days=day) + after


def run(*, once: bool, port: int | None) -> int:
    """Play the timeline and say what happened; then, unless `once`, serve the web app. Returns the exit code."""
    started = time.monotonic()
    set_up_logging("text", level=logging.ERROR)
    folder = Path("demo-data").absolute()
    _make_empty(folder)
    with ExitStack() as stack:
        stage = stack.enter_context(_stage(folder, port))
        for day, line in enumerate(STORY):
            _play(stage, day, line)
        _show_search(stage)
        _say(f"\nMails and cards are in {folder / 'mail'} and {folder / 'teams'}.")
        _say(f"The {len(STORY)} days took {time.monotonic() - started:.0f} seconds.")
        if not once:
            _serve(stage)
    return 0


def _make_empty(folder: Path) -> None:
    """A demo begins anew; only a folder that a demo made is emptied."""
    mark = folder / "made-by-the-demo"
    if mark.is_file():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()


@contextmanager
def _stage(folder: Path, port: int | None) -> Iterator[Stage]:
    with SampleServer() as server, mail_catcher(folder / "mail") as mails, teams_catcher(folder / "teams") as cards:
        settings = load_settings(
            data_dir=folder,
            database_url="",
            files_url="",
            base_url="",
            smtp_url=mails.address,
            mail_from="reviewwatch demo <demo@reviewwatch.example>",
            contact="demo@reviewwatch.example",
            allow_private_addresses=True,
            download_delay=0.0,
            **({"port": port} if port else {}),
        )
        engine = engine_for(settings.database)
        migrate(engine)
        stage = Stage(Program(settings, engine, datetime.now(UTC)), server, mails, cards)
        _set_up(stage)
        yield stage
        engine.dispose()


def _set_up(stage: Stage) -> None:
    """Sources, two channels, two topics and two subscriptions, as an administrator would make them."""
    now = stage.moment(0, timedelta())
    settings, engine = stage.program.settings, stage.program.engine
    known = {kind: spider_for(kind).OptionsModel for kind in kinds()}
    catalogue = read_sources(sources_toml(stage.server), name="demo", kinds=known)
    with writing(engine) as session:
        publishers, watched = sources.import_catalogue(session, catalogue, now=now)
        everything = topics.add(session, "Everything", "", now=now)
        local = topics.add(session, "Local reviews", "kind:local_review", now=now)
    _say(f"{publishers} invented publishers with {watched} sources are served on this machine; no internet is used.")
    mail = alert_channels.add(engine, settings, "leads", "mailto:learning.lead@reviewwatch.example", now=now)
    teams = alert_channels.add(engine, settings, "team", stage.cards.address, now=now)
    for channel, topic in ((mail, everything), (teams, local)):
        wished = Subscription(channel_id=channel.id or 0, frequency="daily", at="08:00", started_at=now)
        subscribe(engine, settings, wished, [topic], now=now)


def _play(stage: Stage, day: int, line: str) -> None:
    read_at = stage.moment(day, READ_AT)
    _say(f"\nDay {day}, {read_at:%A %-d %B %Y}. {line}")
    stage.server.set_day(day)
    if day == len(STORY) - 1:
        _decide(stage, read_at)
    program = stage.program
    with reading(program.engine) as session:
        names = [source.name for source in sources.enabled(session)]
    work = Work(program.engine, program.files, program.settings, read_at)
    summaries = tasks.crawl_and_work(work, names)
    _tell_readings(summaries)
    with reading(program.engine) as session:
        _tell_trouble(session, summaries)
        _tell_changes(session, read_at)
    _send(stage, day)


def _decide(stage: Stage, now: datetime) -> None:
    """What an administrator does on the last day: look at the rebuilt site and agree."""
    with writing(stage.program.engine) as session:
        for incident, source in incidents.listed(session, only_open=True):
            if incident.kind == "structure":
                incidents.resolve(session, incident.id or 0, now=now, by="the demo's administrator")
                _say(f"  An administrator has looked at {source} and agrees: its reading is no longer held.")


def _tell_readings(summaries: Sequence[RunSummary]) -> None:
    entries, new = sum(one.entries for one in summaries), sum(one.new for one in summaries)
    failed = sum(one.outcome == "failed" for one in summaries)
    _say(f"  {len(summaries)} sources read, {failed} of them could not be read; {entries} entries, {new} of them new.")


def _tell_trouble(session: Session, summaries: Sequence[RunSummary]) -> None:
    for summary in summaries:
        if summary.outcome in ("failed", "held"):
            source = sources.by_name(session, summary.source)
            last = select(CrawlRun).where(CrawlRun.source_id == source.id).order_by(col(CrawlRun.id).desc())
            run_ = session.exec(last).first()
            word = f"held {summary.held}" if summary.outcome == "held" else "failed"
            _say(f"  {word}: {summary.source} ({summary.incident}). {run_.detail if run_ else ''}")


def _tell_changes(session: Session, at: datetime) -> None:
    statement = select(Change, Publication).join(Publication).where(col(Change.at) == at).order_by(col(Change.id))
    rows = session.exec(statement).all()
    baseline = sum(change.note == changes.BASELINE for change, _ in rows)
    if baseline:
        _say(f"  {baseline} publications archived without announcement: this is the first reading.")
    for change, publication in rows:
        if change.note != changes.BASELINE:
            note = f" ({change.note})" if change.note else ""
            word = change.kind.replace("_", " ") if change.news or change.kind != "new" else "kept, not announced"
            _say(f"  {word}: {publication.title}{note}")


def _send(stage: Stage, day: int) -> None:
    now = stage.moment(day, DIGEST_AT)
    engine, settings = stage.program.engine, stage.program.settings
    before = len(stage.mails.files), len(stage.cards.files)
    made = make_due_digests(engine, settings, now)
    report = deliver_due(engine, settings, now)
    if not made:
        _say("  No digest: there is nothing new to tell.")
        return
    came = [*stage.mails.files[before[0] :], *stage.cards.files[before[1] :]]
    numbers = ", ".join(str(number) for number in made)
    names = ", ".join(f"{path.parent.name}/{path.name}" for path in came)
    _say(f"  Digests {numbers} sent, {report.accepted} accepted: {names}")
    if report.failed or report.again:
        _say(f"  {report.failed + report.again} deliveries were not accepted.")


def _show_search(stage: Stage) -> None:
    with reading(stage.program.engine) as session:
        results = search.search(session, parse(QUESTION, vocabulary().synonyms), limit=3)
    _say(f"\nSearch for {QUESTION!r}: {results.total} publications. The first:")
    for hit in results.hits:
        snippet = "".join(f"*{text}*" if found else text for text, found in hit.snippet)
        place = f", page {hit.page}" if hit.page else ""
        _say(f"  {hit.title}{place}: ... {snippet} ...")


def _serve(stage: Stage) -> None:
    program = stage.program
    with writing(program.engine) as session:
        user = people.add_user(session, "demo@reviewwatch.example", "administrator", now=program.now)
    _say(f"\nThe web app runs at {program.settings.public_url}; stop it with Ctrl-C.")
    _say(f"This link signs you in once: {people.make_link(program.settings, user, now=program.now)}")
    serving.serve(program, "127.0.0.1")


def _say(text: str) -> None:
    """One line; what publishers print must not steer a terminal."""
    typer.echo("\n".join(_clean(line) for line in text.split("\n")))


def _clean(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + clean(line)
