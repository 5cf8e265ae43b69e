"""Claims: one conditional UPDATE before work starts. A claim expires; one of a dead process on this machine is void."""

import os
import socket
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, or_, update
from sqlmodel import Session, col

from store.models.base import Claimed


def holder() -> str:
    """This process, as others can check it: machine, process id and when that process started."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def claim(session: Session, row: Claimed, *, now: datetime, lasts: timedelta) -> bool:
    """Take the row for this process. False: another one has it. The caller commits before the work starts."""
    table: Any = type(row)
    key = [column == getattr(row, column.key) for column in table.__table__.primary_key]
    values = taken_until(now + lasts)
    statement = (
        update(table)
        .where(*key, is_free(table, [row], now))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    result = session.execute(statement)
    taken = isinstance(result, CursorResult) and result.rowcount == 1
    if taken:
        for name, value in values.items():
            setattr(row, name, value)
    return taken


def is_free(table: Any, rows: Iterable[Claimed], now: datetime) -> ColumnElement[bool]:
    """That nobody holds a claim, as a condition on the table, for those of its rows."""
    dead = sorted({name for row in rows for name in _dead(row)})
    return or_(col(table.claimed_until).is_(None), col(table.claimed_until) <= now, col(table.claimed_by).in_(dead))


def taken_until(moment: datetime) -> dict[str, Any]:
    """What a claim of this process writes."""
    return {"claimed_by": holder(), "claimed_until": moment}


def release(row: Claimed) -> None:
    """Give the row back; committed by the caller together with what the work brought."""
    row.claimed_by = ""
    row.claimed_until = None


def real_now() -> datetime:
    """Claims are about processes: they go by the real clock, whatever moment a command acts as of."""
    return datetime.now(UTC)


def _dead(row: Claimed) -> Sequence[str]:
    """The row's holder, if it is a process of this machine that no longer lives: then the claim means nothing."""
    machine, _, rest = row.claimed_by.partition("/")
    process, _, started = rest.partition("/")
    if not row.claimed_by or machine != _machine() or not process.isdigit():
        return ()
    return () if _started(int(process)) == started else (row.claimed_by,)


def _machine() -> str:
    """Host name and boot: after a restart of the machine all its former processes are dead, whatever their numbers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return f"{socket.gethostname()}-{boot}"


def _started(process: int) -> str:
    """The process's start in clock ticks; empty when there is no such process."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
