"""Plain values from which a digest is decided: what is in the tables about the changes that it may tell."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DocumentFact:
    """A document as it is now; `available` is false when none of its versions may be shown."""

    id: int
    role: str
    text: str
    url: str
    size: int | None = None
    pages: int | None = None
    available: bool = True


@dataclass(frozen=True)
class EntryFact:
    """A source's entry of the publication that is still listed there."""

    publisher_id: str
    publisher: str
    url: str


@dataclass(frozen=True)
class LessonFact:
    """A recommendation or learning point, quoted from the page of the publication's foremost document."""

    text: str
    page: int


@dataclass(frozen=True)
class PublicationFact:
    id: int
    title: str
    kind: str
    status: str
    derivative: bool
    area: str = ""
    publisher: str = ""
    """Short name of the publisher whose review it is; empty while it is unknown."""
    publisher_kind: str = ""
    region: str = ""
    published: date | None = None
    precision: str = ""
    basis: str = ""
    abstract: str = ""
    themes: tuple[str, ...] = ()
    documents: tuple[DocumentFact, ...] = ()
    entries: tuple[EntryFact, ...] = ()
    lessons: tuple[LessonFact, ...] = ()
    told_in: int | None = None
    """The first digest of this subscription that listed it."""
    withdrawal_told_in: int | None = None
    """The last digest of this subscription that said it was withdrawn."""


@dataclass(frozen=True)
class ChangeFact:
    """A change that is in no digest of the subscription yet."""

    id: int
    publication: int
    kind: str
    at: datetime
    note: str = ""
    document: int | None = None
    late_since: datetime | None = None


@dataclass(frozen=True)
class SourceFact:
    """An enabled source, as it is now."""

    publisher: str
    last_good_at: datetime | None
    failing_since: datetime | None
    incident: str = ""
    """Kind of its oldest open incident; empty: none."""


@dataclass(frozen=True)
class Candidates:
    """All from which one digest of one subscription is decided."""

    changes: tuple[ChangeFact, ...]
    publications: dict[int, PublicationFact]
    sources: tuple[SourceFact, ...] = ()
    baselines: tuple[tuple[str, int], ...] = ()
    """Publishers' short names and how many of their publications a first reading archived without announcement."""
