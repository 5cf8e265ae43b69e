"""What every command begins with: settings, log, data folder, database."""

import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Engine

from config.logging import set_up_logging
from config.settings import Settings, load_settings
from store.database import check_connection, engine_for
from store.files import Files
from store.migrate import is_current, migrate

COMMAND_LINE = "command line"
"""Who decided, in the audit log."""


class FolderError(RuntimeError):
    """The data folder cannot be used; the text says what to do."""


@dataclass(frozen=True)
class Program:
    """One run of the program. `now` is the moment to act as of, in UTC."""

    settings: Settings
    engine: Engine
    now: datetime

    @cached_property
    def files(self) -> Files:
        """Raises FilesError."""
        return Files(self.settings.files)


_level = logging.ERROR


def log_everything() -> None:
    """Log what is done too; else a command logs errors only, for what it prints says the rest."""
    global _level
    _level = logging.INFO


def opened(at: datetime | None = None) -> Program:
    """Read the settings and open the database, brought up to date. Raises SettingsError, FolderError, DatabaseError."""
    settings = load_settings()
    set_up_logging(settings.log_format, level=_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    check_folder(settings)
    engine = engine_for(settings.database)
    check_connection(engine)
    if not is_current(engine):
        migrate(engine)
    return Program(settings, engine, moment(settings, at))


def moment(settings: Settings, at: datetime | None) -> datetime:
    """The moment in UTC; a naive one is in the settings' time zone."""
    if at is None:
        return datetime.now(UTC)
    return (at.replace(tzinfo=settings.zone) if at.tzinfo is None else at).astimezone(UTC)


def check_folder(settings: Settings) -> None:
    """Make the data folder. Raises FolderError when it cannot be made or written to."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderError(_unusable(settings, error.strerror or "it cannot be made")) from error
    if not os.access(settings.data_dir, os.W_OK | os.X_OK):
        raise FolderError(_unusable(settings, "it cannot be written to"))


def _unusable(settings: Settings, reason: str) -> str:
    return (
        f"cannot use the data folder {settings.data_dir}: {reason}; "
        "set REVIEWWATCH_DATA_DIR to a folder that this program may write to"
    )
