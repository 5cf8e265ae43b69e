"""The backups that were written: which of them still hold what has been removed since."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session, col, func, select

from store.models import Backup, Tombstone
from store.sources import UnknownName

ADVICE = "delete these files, or replace them by a backup made now; then say so with `reviewwatch backups --deleted ID`"


class BackupLine(BaseModel):
    """A backup file that nobody has said to be deleted. `removals`: publications removed from the archive since."""

    id: int
    path: str
    made_at: datetime
    removals: int


def note(session: Session, path: str, *, made_at: datetime) -> None:
    """A backup was written to this place; one that was there before is no more."""
    for former in session.exec(select(Backup).where(Backup.path == path, col(Backup.deleted_at).is_(None))):
        former.deleted_at = made_at
    session.add(Backup(path=path, made_at=made_at))


def listed(session: Session, *, only_with_removed: bool = False) -> Sequence[BackupLine]:
    """Oldest first."""
    since = select(func.count(col(Tombstone.publication_id).distinct())).where(col(Tombstone.made_at) > Backup.made_at)
    removals = since.correlate(Backup).scalar_subquery()
    rows = session.exec(select(Backup, removals).where(col(Backup.deleted_at).is_(None)).order_by(col(Backup.id)))
    return [
        BackupLine(id=one.id or 0, path=one.path, made_at=one.made_at, removals=count)
        for one, count in rows
        if count or not only_with_removed
    ]


def by_id(session: Session, backup_id: int) -> Backup:
    """Raises UnknownName."""
    row = session.get(Backup, backup_id)
    if row is None:
        raise UnknownName(f"there is no backup {backup_id}; `reviewwatch backups` shows all")
    return row


def deleted(session: Session, backup_id: int, *, now: datetime) -> Backup:
    """A person has deleted the file. Raises UnknownName."""
    row = by_id(session, backup_id)
    row.deleted_at = row.deleted_at or now
    return row
