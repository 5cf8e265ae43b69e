"""Publications, each once; the entries that speak of them, their documents and the bytes of these."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from store.models.base import Claimed, json_list, json_object, moment, optional_moment


class Publication(SQLModel, table=True):
    """One review, report or briefing. The shown fields come from the best-ranked entry (store.publications.shown)."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    kind: str = Field(index=True)
    area: str = ""
    publisher_id: str | None = Field(default=None, foreign_key="publisher.id", index=True)
    """The publisher whose review it is; null while the area is unknown (rule 7)."""
    anonymous: bool = False
    subject: str = ""
    published: date | None = Field(default=None, index=True)
    precision: str = ""
    basis: str = ""
    abstract: str = ""
    language: str = "en"
    first_seen: datetime = moment(index=True)
    status: str = Field(default="listed", index=True)
    """listed, unlisted, suspected or removed."""
    derivative: bool = False
    themes: list[str] = json_list()
    fields_from: dict[str, Any] = json_object()
    """Per shown field the id of the entry that it comes from."""


class Entry(SQLModel, table=True):
    """What one source says about one review."""

    __table_args__ = (UniqueConstraint("source_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    key: str
    publication_id: int | None = Field(default=None, foreign_key="publication.id", index=True)
    """Null until its documents have been tried once and it is matched."""
    url: str
    canonical: str = Field(index=True)
    page: str = ""
    detail_page: str = ""
    heading: str
    title: str = ""
    kind: str
    area: str = ""
    area_publisher_id: str | None = Field(default=None, foreign_key="publisher.id", index=True)
    anonymous: bool = False
    subject: str = ""
    published: date | None = None
    precision: str = ""
    basis: str = ""
    abstract: str = ""
    language: str = "en"
    labels: dict[str, str] = json_object()
    themes: list[str] = json_list()
    flags: list[str] = json_list()
    notes: list[dict[str, Any]] = json_list()
    """The publisher's own change notes: `[{"at", "note"}]`."""
    state: str = "live"
    derivative: bool = False
    content_hash: str = ""
    revision: str = ""
    first_seen: datetime = moment(index=True)
    last_seen: datetime = moment()
    missing_since: datetime | None = optional_moment()
    missing_reads: int = 0
    gone_at: datetime | None = optional_moment()
    """When it was decided that the source lists it no more (two reads)."""
    left_out: bool = False
    """It is missing since its source's address or options were changed: that says nothing about a withdrawal."""
    baseline: bool = False
    late_since: datetime | None = optional_moment()
    """Its source could not be read since then: it may have come out that early."""
    recheck_at: datetime | None = optional_moment(index=True)
    """When its detail page is due for a re-read."""


class Document(Claimed, table=True):
    """One file or page of a publication. Due for fetching when `due_at` has come."""

    __table_args__ = (UniqueConstraint("canonical"),)

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int | None = Field(default=None, foreign_key="publication.id", index=True)
    url: str
    canonical: str
    host: str = Field(default="", index=True)
    role: str = "other"
    text: str = ""
    """The link's text as printed."""
    media_type: str = ""
    stated: date | None = None
    first_seen: datetime = moment()
    fetch: bool = True
    tried: int = 0
    """How often fetching was tried; an entry waits for one try of each of its documents."""
    status: int = 0
    problem: str = ""
    etag: str = ""
    last_modified: str = ""
    current_version_id: int | None = Field(default=None)
    """The version shown and searched; null: none (not fetched, gone or withdrawn)."""
    refused_for: int | None = None
    """The removed publication of which this is a copy."""
    gone_at: datetime | None = optional_moment()
    gone_reads: int = 0


class EntryDocument(SQLModel, table=True):
    """An entry links to a document; `dropped_at` when it no longer does."""

    entry_id: int = Field(foreign_key="entry.id", primary_key=True)
    document_id: int = Field(foreign_key="document.id", primary_key=True, index=True)
    first_seen: datetime = moment()
    dropped_at: datetime | None = optional_moment()


class Version(Claimed, table=True):
    """The bytes that a document had. Due for text extraction when `due_at` has come.

    States: new (its text is not read yet), current, older, suspected (hidden until decided), removed (bytes and text
    are gone, hashes stay).
    """

    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    sha256: str = Field(index=True)
    size: int = 0
    media_type: str = ""
    file_name: str = ""
    first_seen: datetime = moment()
    last_seen: datetime = moment()
    state: str = Field(default="new", index=True)
    text_state: str = "waiting"
    """waiting, read, no_text, by_machine, encrypted, malformed, too_large, timed_out, wrong_type."""
    text_hash: str = ""
    pages: int | None = None
    title: str = ""
    attempts: int = 0


class PageText(SQLModel, table=True):
    """One page of a version's text. `number` counts from 1."""

    version_id: int = Field(foreign_key="version.id", primary_key=True)
    number: int = Field(primary_key=True)
    text: str


class Tombstone(SQLModel, table=True):
    """Hashes of what was removed, so that no source brings it back (rule 6)."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """bytes or text."""
    hash: str = Field(index=True)
    publication_id: int | None = Field(default=None, foreign_key="publication.id")
    made_at: datetime = moment()
    made_by: str = ""


class Match(SQLModel, table=True):
    """Why an entry belongs to a publication. States: automatic, proposed, accepted, rejected, undone; and related:
    another publication about the same case."""

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    """The publication it belongs to, or is proposed to belong to."""
    former_publication_id: int | None = Field(default=None, foreign_key="publication.id")
    """The publication it belonged to before the match was accepted; what undo goes back to."""
    state: str = Field(default="automatic", index=True)
    score: float = 1.0
    signals: list[dict[str, Any]] = json_list()
    """`[{"signal", "reason", "score"}]`, reasons in words."""
    made_at: datetime = moment()
    decided_at: datetime | None = optional_moment()
    decided_by: str = ""
    moved: dict[str, Any] = json_object()
    """What accepting it moved, so that undo restores exactly that (store.moving)."""


class Withdrawal(SQLModel, table=True):
    """A suspected withdrawal or redaction, waiting for keep, replace or remove."""

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    old_version_id: int | None = Field(default=None, foreign_key="version.id")
    new_version_id: int | None = Field(default=None, foreign_key="version.id")
    reason: str = ""
    opened_at: datetime = moment()
    decided_at: datetime | None = optional_moment()
    decided_by: str = ""
    decision: str = ""
    """keep, replace, remove; empty while it waits; refused: only tells that a copy of what was removed came."""
    follows_id: int | None = None
    """The withdrawal of which this hides a copy, in another publication: it is decided together with that one."""


class Change(SQLModel, table=True):
    """One line of the change log, written in the transaction that makes it true (rule 4)."""

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    kind: str = Field(index=True)
    """new, document_added, document_replaced, updated, unlisted, suspected, removed, restored or moved."""
    at: datetime = moment(index=True)
    note: str = ""
    """`baseline` for what a first reading found; else the publisher's note, or ours."""
    entry_id: int | None = Field(default=None, foreign_key="entry.id")
    document_id: int | None = Field(default=None, foreign_key="document.id")
    late_since: datetime | None = optional_moment()
    """Its source could not be read since then: it may have come out that early."""
    news: bool = True
    """False: in the log, never in a digest (baselines, moves, the second of two joined publications)."""
