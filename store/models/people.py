"""Users, their sessions and tokens, and who decided what."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from store.models.base import json_object, moment, optional_moment


class User(SQLModel, table=True):
    """Roles: administrator, staff."""

    __tablename__ = "account"  # "user" is a reserved word on Postgres

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, index=True)
    name: str = ""
    role: str = "staff"
    team: str = ""
    """Those of one team see each other's marks; people without a team are one, too."""
    password_hash: str = ""
    """Empty: signs in by a one-time link or the organisation's own sign-in."""
    subject: str = Field(default="", index=True)
    """Who this is at the organisation's own sign-in: issuer and number; empty before the first sign-in there."""
    made_at: datetime = moment()
    disabled_at: datetime | None = optional_moment()
    failed_sign_ins: int = 0
    locked_until: datetime | None = optional_moment()
    last_sign_in_at: datetime | None = optional_moment()


class SignIn(SQLModel, table=True):
    """A browser session; deleting the row signs the browser out."""

    id: str = Field(primary_key=True)
    """sha256 of the cookie's value."""
    user_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    data: dict[str, Any] = json_object()
    made_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment(index=True)


class ApiToken(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="account.id", index=True)
    name: str
    hash: str = Field(unique=True, index=True)
    """sha256 of the token, which is shown once."""
    made_at: datetime = moment()
    used_at: datetime | None = optional_moment()
    ended_at: datetime | None = optional_moment()


class Decision(SQLModel, table=True):
    """The audit log: who decided what, when, before and after."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment(index=True)
    who: str
    what: str
    """Verb and noun: 'match accepted', 'source enabled'."""
    target: str = ""
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()


class Mark(SQLModel, table=True):
    """What a team has done with a publication: see store.marks."""

    publication_id: int = Field(foreign_key="publication.id", primary_key=True)
    team: str = Field(primary_key=True)
    state: str
    """read, used or not_relevant."""
    made_at: datetime = moment()
    made_by: str
