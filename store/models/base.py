"""What all tables share."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from store.database import UTCDateTime

__all__ = ["SQLModel", "json_list", "json_object", "moment", "optional_moment"]


def moment(**arguments: Any) -> Any:
    """A column for a moment in UTC that is always there."""
    return Field(sa_type=UTCDateTime, **arguments)


def optional_moment(**arguments: Any) -> Any:
    return Field(default=None, sa_type=UTCDateTime, nullable=True, **arguments)


def json_list() -> Any:
    return Field(default_factory=_empty_list, sa_column=Column(JSON, nullable=False))


def json_object() -> Any:
    return Field(default_factory=_empty_object, sa_column=Column(JSON, nullable=False))


# functions of our own: of `list` and `dict` themselves Python works out the signature anew for each row that is made


def _empty_list() -> list[Any]:
    return []


def _empty_object() -> dict[str, Any]:
    return {}


class Claimed(SQLModel):
    """A row whose work is claimed by one conditional UPDATE before it starts; a claim expires (see store.claims)."""

    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True, index=True)
    """When work is due; null: nothing to do."""
    claimed_by: str = ""
    claimed_until: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
