"""Publishers, the sources we watch, and what came of each reading."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from store.models.base import Claimed, json_list, json_object, moment, optional_moment


class Publisher(SQLModel, table=True):
    """A body that issues or lists reviews. Aliases: `[{"name", "valid_from", "valid_to"}]`; acronyms collide."""

    id: str = Field(primary_key=True)
    name: str
    short: str
    aliases: list[dict[str, Any]] = json_list()
    kind: str = "partnership"
    region: str = ""
    nation: str = ""
    home: str = ""
    domains: list[str] = json_list()
    successors: list[str] = json_list()
    valid_from: str = ""
    valid_to: str = ""
    retention_months: int | None = None


class Source(Claimed, table=True):
    """One address that we watch."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, index=True)
    publisher_id: str = Field(foreign_key="publisher.id", index=True)
    kind: str
    url: str
    role: str = "publisher"
    every: str = "1 day"
    enabled: bool = True
    options: dict[str, Any] = json_object()
    note: str = ""
    baseline_at: datetime | None = optional_moment()
    """When the first good reading was; until then all that is found is archived, not announced."""
    last_read_at: datetime | None = optional_moment()
    last_good_at: datetime | None = optional_moment()
    failing_since: datetime | None = optional_moment()
    failures: int = 0
    """Failed readings in a row."""
    accept_next: bool = False
    """An administrator has looked at a held reading: the next one is taken as it is."""
    quiet_next: bool = False
    """What the next good reading finds for the first time is archived, not announced: like a baseline."""
    changed_at: datetime | None = optional_moment()
    """When an administrator last changed what is read here (address, options): what is missing then was left out."""


class CrawlRun(SQLModel, table=True):
    """One reading of one source. Outcomes: baseline, ok, unchanged, held, failed; discarded: thrown away when held."""

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    started_at: datetime = moment(index=True)
    finished_at: datetime | None = optional_moment()
    outcome: str = ""
    entries: int = 0
    new: int = 0
    changed: int = 0
    held: int = 0
    requests: int = 0
    received: int = 0
    detail: str = ""
    held_entries: list[dict[str, Any]] = json_list()
    """What was held, for the administrator to see: `[{"heading", "url", "known"}]`, known: only at a new address."""


class SourcePage(SQLModel, table=True):
    """A watched page's validators, and the text of its last reading that differed (see SavedPage for earlier ones)."""

    __table_args__ = (UniqueConstraint("source_id", "url"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    url: str
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    final_url: str = ""
    checked_at: datetime = moment()


class SavedPage(SQLModel, table=True):
    """A page as it was read when it differed from the one before: evidence, and for a rewind. The last 20 a source."""

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    url: str
    sha256: str
    saved_at: datetime = moment()
    body: bytes = b""
    """The page's text, zlib-compressed UTF-8."""


class Host(Claimed, table=True):
    """A web host: its robots.txt, and a claim so that only one process at a time asks it anything."""

    name: str = Field(primary_key=True)
    robots: str = ""
    robots_status: int = 0
    robots_etag: str = ""
    robots_at: datetime | None = optional_moment()


class Incident(SQLModel, table=True):
    """Something wrong with a source, with evidence; opened once, resolved once."""

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    kind: str
    opened_at: datetime = moment()
    last_seen_at: datetime = moment()
    resolved_at: datetime | None = optional_moment()
    resolved_by: str = ""
    evidence: str = ""
    told_at: datetime | None = optional_moment()
    """When the administrators were told."""


class IncidentPage(SQLModel, table=True):
    """What came instead of what was expected: the page that the incident's evidence speaks of, as text."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", unique=True)
    url: str
    saved_at: datetime = moment()
    body: bytes = b""
    """Its text, zlib-compressed UTF-8."""


class RecallAnswer(SQLModel, table=True):
    """An administrator's answer to why a source does not show what a witness lists. See store.recall."""

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", unique=True)
    """The witness's entry; it stands for its publication, whichever that is later."""
    answer: str
    note: str = ""
    answered_by: str
    answered_at: datetime = moment()
