"""What every step of work needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from config.settings import Settings
from store.files import Files

HOSTS_AT_ONCE = 4
Note = Callable[[str], None]


@dataclass(frozen=True)
class Work:
    """One run of the work that is due, as of a moment."""

    engine: Engine
    files: Files
    settings: Settings
    now: datetime
    note: Note = lambda _text: None
    """Told of each thing done, for a progress display."""
    wait: float = 0.0
    """Seconds to wait for a host that another process is reading."""
