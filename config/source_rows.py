"""The rows of a sources.toml: a publisher, a source, and what may stand in each field (design.md, section 6)."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

_ID = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_EVERY = re.compile(r"([1-9]\d{0,3}) (minute|hour|day|week)s?")
_LONGEST = timedelta(weeks=53)


def parse_every(text: str) -> timedelta:
    """How often to read a source: "15 minutes", "6 hours", "1 day", "13 weeks"; at most 53 weeks.

    Raises ValueError for anything else.
    """
    if found := _EVERY.fullmatch(text):
        period = timedelta(**{f"{found[2]}s": int(found[1])})
        if period <= _LONGEST:
            return period
    raise ValueError(
        f'is {text!r}: write a number and minutes, hours, days or weeks, such as "1 day"; at most 53 weeks'
    )


def _checked_every(text: str) -> str:
    parse_every(text)
    return text


def _checked_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(
            f'is {text!r}: use small letters, digits and single hyphens or underscores, such as "exampleshire"'
        )
    return text


def _checked_url(text: str) -> str:
    problem = f'is {text!r}: paste the whole address, such as "https://www.example.org/reviews"'
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        raise ValueError(problem) from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\x00-\x1f\x7f]", text):
        raise ValueError(problem)
    if parts.username is not None:
        raise ValueError("has a user name in it: an address that we watch must be open to everyone")
    return text


def _checked_domain(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(f'has {text!r}: write the host name alone, in small letters, such as "www.example.org"')
    return text


def _as_alias(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Id = Annotated[str, StringConstraints(max_length=100), AfterValidator(_checked_id)]
Name = Annotated[str, _text(300)]
Note = Annotated[str, _text(2000)]
Url = Annotated[str, _text(2000), AfterValidator(_checked_url)]
Domain = Annotated[str, StringConstraints(max_length=253), AfterValidator(_checked_domain)]
Every = Annotated[str, AfterValidator(_checked_every)]

Nation = Literal["England", "Wales", "Scotland", "Northern Ireland", "Guernsey", "Jersey", "Isle of Man", "UK"]


class Row(BaseModel):
    """What all rows have in common: no unknown keys, no guessing of types, unchangeable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Dated(Row):
    """Something that held from a day, to a day (both included); no day means not known or still so."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Dated":
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from: correct one of the two days")
        return self


class Alias(Dated):
    """Another name of a publisher. Several publishers may share it: real acronyms collide."""

    name: Name


class PublisherRow(Dated):
    """A body that issues or lists reviews."""

    id: Id
    name: Name
    short: Name
    aliases: list[Annotated[Alias, BeforeValidator(_as_alias)]] = []
    kind: Literal["partnership", "national", "inspectorate", "charity", "government"]
    region: Name | None = None
    nation: Nation | None = None
    successors: list[Id] = []
    home: Url | None = None
    domains: list[Domain] = []
    retention_months: Annotated[int, Field(ge=1, le=1200)] | None = None


class SourceRow(Row):
    """One address that we watch. `options` holds what the kind's Options model made of it: plain values only."""

    name: Id
    publisher: Id
    kind: str
    url: Url
    role: Literal["publisher", "witness"] = "publisher"
    every: Every = "1 day"
    enabled: bool = True
    note: Note | None = None
    options: dict[str, Any] = {}


class Catalogue(BaseModel):
    """What one sources.toml says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    publishers: list[PublisherRow] = []
    sources: list[SourceRow] = []
