"""`doctor`: one line for each thing that an installation needs, and what to do where it is missing."""

import shutil
import smtplib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from alerts.mail_server import connect
from alerts.notifiers.base import DeliveryError
from config.settings import Settings, SettingsError, load_settings
from reviewwatch.program import FolderError, check_folder
from store import channels, counts, deliveries, sources, subscriptions
from store.database import DatabaseError, check_connection, engine_for, reading
from store.files import Files, FilesError
from store.migrate import is_current

LITTLE_SPACE = 1024**3
"""Bytes; a first reading of the whole catalogue brings a few gigabytes."""
TOO_LATE = timedelta(hours=2)
"""Work that has been due for longer: nobody does it."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `text` says how it is, or what to do."""

    name: str
    ok: bool
    text: str


def examine() -> list[Check]:
    """All checks, in order; those that need what is broken are left out."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return [Check("settings", False, str(error))]
    checks = [Check("settings", True, "understood"), data_folder(settings), files(settings), text_of_scans()]
    engine, database_check = database(settings)
    checks.insert(2, database_check)
    if engine is None:
        return checks
    with reading(engine) as session:
        checks += [check(session, settings, datetime.now(UTC)) for check in OF_THE_ARCHIVE]
    return checks


def data_folder(settings: Settings) -> Check:
    try:
        check_folder(settings)
    except FolderError as error:
        return Check("data folder", False, str(error))
    free = shutil.disk_usage(settings.data_dir).free
    shown = f"{settings.data_dir}, {free / 1024**3:.1f} GB free"
    return Check("data folder", free >= LITTLE_SPACE, shown if free >= LITTLE_SPACE else f"{shown}: free some space")


def database(settings: Settings) -> tuple[Engine | None, Check]:
    """The engine, where it can be used."""
    try:
        engine = engine_for(settings.database)
        check_connection(engine)
    except DatabaseError as error:
        return None, Check("database", False, str(error))
    shown = engine.url.render_as_string(hide_password=True)
    if not is_current(engine):
        return None, Check("database", False, f"{shown} is not up to date: run `reviewwatch migrate`")
    return engine, Check("database", True, shown)


def files(settings: Settings) -> Check:
    """Some bytes, written, read and deleted."""
    try:
        store = Files(settings.files)
        with tempfile.TemporaryDirectory(prefix="reviewwatch-") as folder:
            path = Path(folder) / "probe"
            path.write_text(f"reviewwatch doctor {datetime.now(UTC).isoformat()}", encoding="ascii")
            sha256 = store.put_file(path)
            kept = store.read(sha256) == path.read_bytes()
        store.delete(sha256)
    except (FilesError, OSError) as error:
        return Check("files", False, str(error))
    return Check(
        "files", kept, settings.files if kept else f"{settings.files} gives back other bytes than it was given"
    )


def text_of_scans() -> Check:
    """Scanned reports need Tesseract; without it they are kept, and said to have no text."""
    if found := shutil.which("tesseract"):
        return Check("scanned documents", True, found)
    advice = "no Tesseract, so scanned reports cannot be searched: apt-get install tesseract-ocr tesseract-ocr-eng"
    return Check("scanned documents", True, advice)


def mail_server(session: Session, settings: Settings, _now: datetime) -> Check:
    """Whether the server answers; nothing is sent. Only wrong where a channel needs it."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        needed = any(channel.kind == "email" for channel in channels.all_channels(session))
        return Check("mail server", not needed, "REVIEWWATCH_SMTP_URL is not set, so no mail can be sent")
    try:
        connect(url).quit()
    except (DeliveryError, smtplib.SMTPException, OSError) as error:
        return Check("mail server", False, f"it does not take us: {error}; check REVIEWWATCH_SMTP_URL")
    return Check("mail server", True, "it answers")


def watched(session: Session, _settings: Settings, _now: datetime) -> Check:
    failing = [source for source in sources.enabled(session) if source.failing_since]
    if failing:
        names = ", ".join(f"{source.name} since {source.failing_since:%Y-%m-%d}" for source in failing[:5])
        more = f" and {len(failing) - 5} more" if len(failing) > 5 else ""
        return Check("sources", False, f"failing: {names}{more}; see `reviewwatch incidents list --open`")
    return Check("sources", True, f"{len(sources.enabled(session))} are watched, none is failing")


def sent(session: Session, _settings: Settings, _now: datetime) -> Check:
    failed = counts.read(session, now=_now).deliveries.get("failed", 0)
    off = [channel.name for channel in channels.all_channels(session) if channel.disabled_at]
    if failed or off:
        told = [f"{failed} failed; see `reviewwatch digests list`"] if failed else []
        told += [f"disabled channels: {', '.join(off)}; see `reviewwatch channels list`"] if off else []
        return Check("deliveries", False, "; ".join(told))
    return Check("deliveries", True, "none has failed")


def on_time(session: Session, _settings: Settings, now: datetime) -> Check:
    """Nobody keeps a list of running processes: that due work is done is what counts."""
    due = [*sources.due(session, now), *subscriptions.due(session, now), *deliveries.due(session, now)]
    late = [row.due_at for row in due if row.due_at and row.due_at < now - TOO_LATE]
    if late:
        return Check(
            "clock and worker",
            False,
            f"work has been waiting since {min(late):%Y-%m-%d %H:%M} UTC: start `reviewwatch run`, or clock and worker",
        )
    return Check("clock and worker", True, "no work has been waiting for long")


OF_THE_ARCHIVE: tuple[Callable[[Session, Settings, datetime], Check], ...] = (mail_server, watched, sent, on_time)
