"""What one reading of a source brings back: plain values, made by the spiders, stored by `store.readings`.

A crawl's child process writes a `Reading` as JSON; nothing of it is stored before the whole reading is there.
"""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """Where a date comes from, best first."""

    PUBLISHED = "published"
    LISTED = "listed"
    PAGE_UPDATED = "page_updated"
    FILE_NAME = "file_name"
    FIRST_SEEN = "first_seen"


class PublicationKind(StrEnum):
    LOCAL_REVIEW = "local_review"
    NATIONAL_REVIEW = "national_review"
    ANNUAL_REPORT = "annual_report"
    THEMATIC_REPORT = "thematic_report"
    BRIEFING = "briefing"
    GUIDANCE = "guidance"
    INSPECTION_REPORT = "inspection_report"
    INSPECTION_OVERVIEW = "inspection_overview"
    RESEARCH = "research"
    NEWS = "news"
    OTHER = "other"


class DocumentRole(StrEnum):
    OVERVIEW_REPORT = "overview_report"
    EXECUTIVE_SUMMARY = "executive_summary"
    LEARNING_BRIEF = "learning_brief"
    RESPONSE = "response"
    ACTION_PLAN = "action_plan"
    STATEMENT = "statement"
    EASY_READ = "easy_read"
    WELSH_VERSION = "welsh_version"
    ANNEX = "annex"
    OTHER = "other"


class EntryState(StrEnum):
    """What the source says of the item itself."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


class IncidentKind(StrEnum):
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    MOVED = "moved"
    SOFT_404 = "soft_404"
    EMPTY = "empty"
    STRUCTURE = "structure"
    SLOW = "slow"
    LARGE = "large"
    WRONG_TYPE = "wrong_type"
    CERTIFICATE = "certificate"
    SERVER_ERROR = "server_error"


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedDate(Value):
    """A date as far as the source states it: `day` is the first day of the period that `precision` names."""

    day: date
    precision: Precision
    basis: Basis


class SeenDocument(Value):
    """One document link of an entry. `url` is absolute; `text` is the link's text as printed."""

    url: str
    role: DocumentRole = DocumentRole.OTHER
    text: str = ""
    media_type: str = ""
    size: int | None = None
    pages: int | None = None
    stated: StatedDate | None = None
    fetch: bool = True
    """False for a link that is kept but never fetched (a library record, another site's page)."""


class ChangeNote(Value):
    """One line of a publisher's own change history."""

    at: datetime
    note: str


class SeenEntry(Value):
    """What a source says about one review, on this reading.

    `key` is the entry's identity within its source (content_id, canonical address, heading slug), never its position.
    `page` is the address of the page that lists it (the one whose 304 means "as before");
    `detail_page` the page that was read for the rest, if any.
    """

    key: str
    url: str
    heading: str
    page: str
    detail_page: str = ""
    title: str = ""
    kind: PublicationKind = PublicationKind.LOCAL_REVIEW
    area: str = ""
    """The place as printed; empty when none is stated. See `anonymous`."""
    anonymous: bool = False
    """The publisher hides the area (rule 7): unknown area, not an area."""
    subject: str = ""
    published: StatedDate | None = None
    abstract: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    themes: tuple[str, ...] = ()
    language: str = "en"
    documents: tuple[SeenDocument, ...] = ()
    notes: tuple[ChangeNote, ...] = ()
    state: EntryState = EntryState.LIVE
    state_note: str = ""
    state_at: datetime | None = None
    content_hash: str = ""
    """Hash of what matters of the entry, for sources that change without a note; empty: computed from the fields."""
    derivative: bool = False
    """A third party's summary, podcast or statement: kept, never announced as a review."""
    flags: tuple[str, ...] = ()
    """What was doubtful, in words: 'heading not understood', 'weekday and date disagree'."""


class LeftOut(Value):
    """Something on the page that is no entry, and why: shown by `sources check`, never dropped silently."""

    text: str
    url: str = ""
    reason: str


class SeenPage(Value):
    """One page that was asked for. `status` 304: as before. `sha256` is of the body; empty on 304."""

    url: str
    status: int
    final_url: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    listing: bool = True
    """True: entries that this page listed before and lists no more are missing. False: a page about one entry."""
    body: str = ""
    """The page's text, kept among the source's saved pages when it differs from the last one; empty if not wished."""


class Problem(Value):
    """Why the reading cannot be trusted: nothing of it is stored but an incident."""

    kind: IncidentKind
    evidence: str
    """In words for an administrator: address, what was expected, what came."""
    url: str = ""
    body: str = ""
    """The page that came instead, where it is text: kept for the administrator to look at."""


class RobotsState(Value):
    """A host's robots.txt as it was read on this run."""

    host: str
    text: str
    status: int
    etag: str = ""
    fresh: bool = True
    """False: read so long ago that the host must be asked whether it still holds."""


class Reading(Value):
    """One whole reading of one source."""

    source: str
    entries: tuple[SeenEntry, ...] = ()
    pages: tuple[SeenPage, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problem: Problem | None = None
    robots: tuple[RobotsState, ...] = ()
    requests: int = 0
    received: int = 0
    """Bytes of bodies received."""
    seconds: float = 0.0
    empty_is_fine: bool = False
    """The page says itself that there are no reviews at present."""


class KnownPage(Value):
    """A page's validators from the last good reading; sent as If-None-Match / If-Modified-Since."""

    url: str
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


class KnownEntry(Value):
    """What a spider needs of an entry that is known: to decide which detail pages to ask for."""

    key: str
    url: str
    page: str
    detail_page: str = ""
    revision: str = ""
    """The list's mark of change (GOV.UK's public_timestamp), from `SeenEntry.labels['revision']`."""
    recheck: bool = False
    """True when its detail page is due for a re-read though nothing on the list has changed."""
    missing: bool = False
    """It was not found at the last reading; for kinds whose entries' own pages say whether they are gone."""


class CrawlJob(Value):
    """All that a crawl's child process needs; it has no access to the database."""

    source: str
    kind: str
    url: str
    options: dict[str, object] = Field(default_factory=dict)
    publisher: str = ""
    publisher_names: tuple[str, ...] = ()
    """Names and aliases of the source's own publisher."""
    areas: dict[str, str] = Field(default_factory=dict)
    """Every known place or body name (casefolded) to a publisher id; ambiguous ones left out."""
    role: str = "publisher"
    pages: tuple[KnownPage, ...] = ()
    entries: tuple[KnownEntry, ...] = ()
    robots: tuple[RobotsState, ...] = ()
    """What we hold of robots.txt: not asked for again while it is fresh."""
    user_agent: str
    download_delay: float = 2.0
    allow_private_addresses: bool = False
    now: datetime
    check: bool = False
    """`sources check`: ask without validators, report what was left out."""


class FetchRequest(Value):
    """One document to fetch, with the validators of the version that we hold."""

    document: int
    url: str
    etag: str = ""
    last_modified: str = ""


class FetchJob(Value):
    """Documents of one host, fetched one after the other by one child process into `folder`."""

    requests: tuple[FetchRequest, ...]
    folder: str
    robots: tuple[RobotsState, ...] = ()
    user_agent: str
    download_delay: float = 2.0
    allow_private_addresses: bool = False
    now: datetime


class Fetched(Value):
    """What came of one FetchRequest. `path` is the file in the job's folder on 200, empty otherwise."""

    document: int
    url: str
    final_url: str = ""
    status: int = 0
    """HTTP status; 0 when no answer came. 304: as before. 404/410: gone."""
    path: str = ""
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    """As found by the first bytes where they tell, else as the server said."""
    etag: str = ""
    last_modified: str = ""
    file_name: str = ""
    problem: Problem | None = None


class FetchResult(Value):
    fetched: tuple[Fetched, ...] = ()
    robots: tuple[RobotsState, ...] = ()


def content_key(entry: SeenEntry) -> str:
    """A hash by which an entry's content is compared between two readings; the order of documents is nothing."""
    documents = sorted((document.url, document.role.value) for document in entry.documents)
    content = entry.content_hash or repr((entry.heading, entry.abstract, entry.state.value, documents))
    return hashlib.sha256(content.encode()).hexdigest()
