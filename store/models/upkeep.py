"""What keeping the archive in order needs to know: how long things are kept, and which backups there are."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from store.models.base import Claimed, moment, optional_moment


class KeepingTime(SQLModel, table=True):
    """An administrator's answer to how long one sort of thing is kept (store.retention has the sorts)."""

    __tablename__ = "keeping_time"

    sort: str = Field(primary_key=True)
    months: int | None = None
    """None: for ever."""


class Chore(Claimed, table=True):
    """Work of the night that belongs to no other row; `due_at` is when it is next to be done."""

    name: str = Field(primary_key=True)


class Backup(SQLModel, table=True):
    """A backup that was written, so that removals can say which files still hold what was removed."""

    id: int | None = Field(default=None, primary_key=True)
    path: str
    made_at: datetime = moment()
    """The moment that it holds."""
    deleted_at: datetime | None = optional_moment()
    """When a person said that the file is gone."""
