"""What pages and the API show of publications: plain values, read only.

Rule 6 is kept here, once: of a suspected or removed publication nothing but its number and status leaves this module.
"""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from store import age_rows, label_rows, lesson_rows
from store.joining import related
from store.models import (
    Change,
    Document,
    Entry,
    Match,
    Publication,
    Publisher,
    Source,
    Version,
    Withdrawal,
)

SHOWN = ("listed", "unlisted")
SHOWN_VERSIONS = ("current", "older")
BASELINE = "baseline"


class EntryView(BaseModel):
    source: str
    publisher: str
    role: str
    heading: str
    url: str
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None
    anonymous: bool


class VersionView(BaseModel):
    id: int
    sha256: str
    media_type: str
    size: int
    pages: int | None
    first_seen: datetime
    current: bool
    text_state: str


class DocumentView(BaseModel):
    id: int
    role: str
    text: str
    url: str
    media_type: str
    gone_at: datetime | None
    problem: str
    versions: list[VersionView] = []
    """The current one first; those that are hidden or removed are not here."""

    @property
    def current(self) -> VersionView | None:
        return next((version for version in self.versions if version.current), None)


class ChangeView(BaseModel):
    """`note` is the publisher's or ours; `baseline` for what was there when we first looked."""

    id: int
    publication: int
    kind: str
    at: datetime
    note: str


class MatchView(BaseModel):
    """Why an entry belongs to the publication. `reasons` in words."""

    heading: str
    source: str
    state: str
    decided_by: str
    reasons: list[str]


class LessonView(BaseModel):
    """A recommendation or learning point, quoted from a page of the version `version`."""

    kind: str
    number: str
    text: str
    version: int
    role: str
    page: int
    agencies: list[str] = []


class AgeView(BaseModel):
    """Age bands of the child or the children; page `page` of the version `version` states them in the words `quoted`.

    For people who are signed in, beside the document itself: never for a message, a feed or a list (rule 12).
    """

    model_config = ConfigDict(from_attributes=True)

    bands: list[str]
    version: int
    role: str
    page: int
    quoted: str


class SaidView(BaseModel):
    """What an entry of the national collection says under a label: its own words, not a document's."""

    model_config = ConfigDict(from_attributes=True)

    publisher: str
    url: str
    label: str
    text: str


class RelatedView(BaseModel):
    """Another publication about the same case, and why we think so."""

    id: int
    title: str
    reason: str


class PublicationView(BaseModel):
    """All of a publication's page. When it is suspected or removed, only `id` and `status` say anything."""

    id: int
    status: str
    title: str = ""
    kind: str = ""
    area: str = ""
    publisher: str = ""
    publisher_id: str | None = None
    anonymous: bool = False
    subject: str = ""
    published: date | None = None
    precision: str = ""
    basis: str = ""
    abstract: str = ""
    language: str = "en"
    first_seen: datetime | None = None
    derivative: bool = False
    themes: list[str] = []
    entries: list[EntryView] = []
    documents: list[DocumentView] = []
    lessons: list[LessonView] = []
    age: AgeView | None = None
    said: list[SaidView] = []
    changes: list[ChangeView] = []
    matches: list[MatchView] = []
    related: list[RelatedView] = []

    @property
    def shown(self) -> bool:
        return self.status in SHOWN


def publication_view(session: Session, publication_id: int) -> PublicationView | None:
    """None when there is no such publication."""
    row = session.get(Publication, publication_id)
    if row is None:
        return None
    if row.status not in SHOWN:
        return PublicationView(id=publication_id, status=row.status)
    publisher = session.get(Publisher, row.publisher_id) if row.publisher_id else None
    return PublicationView(
        **{name: value for name, value in row.model_dump().items() if name in PublicationView.model_fields},
        publisher=publisher.name if publisher else "",
        entries=_entries(session, publication_id),
        documents=_documents(session, publication_id),
        lessons=_lessons(session, publication_id),
        age=_age(session, publication_id),
        said=[SaidView.model_validate(one) for one in label_rows.of_publication(session, publication_id)],
        changes=[change_view(change) for change in _changes(session, publication_id)],
        matches=_matches(session, publication_id),
        related=_related(session, row),
    )


def _entries(session: Session, publication_id: int) -> list[EntryView]:
    statement = (
        select(Entry, Source, Publisher)
        .join(Source, col(Source.id) == col(Entry.source_id))
        .join(Publisher, col(Publisher.id) == col(Source.publisher_id))
        .where(Entry.publication_id == publication_id)
        .order_by(col(Entry.first_seen), col(Entry.id))
    )
    return [
        EntryView(
            source=source.name,
            publisher=publisher.name,
            role=source.role,
            heading=entry.heading,
            url=entry.url,
            first_seen=entry.first_seen,
            last_seen=entry.last_seen,
            gone_at=entry.gone_at,
            anonymous=entry.anonymous,
        )
        for entry, source, publisher in session.exec(statement)
    ]


def _documents(session: Session, publication_id: int) -> list[DocumentView]:
    documents = session.exec(
        select(Document)
        .where(Document.publication_id == publication_id, not_withdrawn())
        # what is gone from its place and stands elsewhere, or was replaced, is not shown any more
        .where(or_(col(Document.gone_at).is_(None), col(Document.current_version_id).is_not(None)))
        .order_by(col(Document.first_seen), col(Document.id))
    ).all()
    versions = session.exec(
        select(Version)
        .join(Document, col(Document.id) == col(Version.document_id))
        .where(Document.publication_id == publication_id, col(Version.state).in_(SHOWN_VERSIONS))
        .order_by(col(Version.id).desc())
    ).all()
    return [_document(one, [version for version in versions if version.document_id == one.id]) for one in documents]


def _lessons(session: Session, publication_id: int) -> list[LessonView]:
    found = lesson_rows.of_publications(session, [publication_id]).get(publication_id, [])
    return [LessonView(**{name: getattr(one, name) for name in LessonView.model_fields}) for one in found]


def _age(session: Session, publication_id: int) -> AgeView | None:
    found = age_rows.of_publications(session, [publication_id]).get(publication_id)
    return AgeView.model_validate(found) if found else None


def not_withdrawn() -> ColumnElement[bool]:
    """Not one whose withdrawal is still open: its address and link text may be what was withdrawn."""
    waiting = select(Withdrawal.document_id).where(
        col(Withdrawal.decided_at).is_(None), col(Withdrawal.document_id).is_not(None)
    )
    return col(Document.id).not_in(waiting)


def _document(row: Document, versions: Sequence[Version]) -> DocumentView:
    shown = [_version(version, row) for version in versions]
    shown.sort(key=lambda version: not version.current)
    found = {name: value for name, value in row.model_dump().items() if name in DocumentView.model_fields}
    return DocumentView(**found, versions=shown)


def _version(row: Version, document: Document) -> VersionView:
    found = {name: value for name, value in row.model_dump().items() if name in VersionView.model_fields}
    return VersionView(**found, current=row.id == document.current_version_id)


def _changes(session: Session, publication_id: int) -> Sequence[Change]:
    statement = select(Change).where(Change.publication_id == publication_id)
    return session.exec(statement.order_by(col(Change.at), col(Change.id))).all()


def change_view(row: Change) -> ChangeView:
    return ChangeView(id=row.id or 0, publication=row.publication_id, kind=row.kind, at=row.at, note=row.note)


def _matches(session: Session, publication_id: int) -> list[MatchView]:
    """Only what is settled: a proposed match is for administrators alone (rule 7)."""
    statement = (
        select(Match, Entry, Source)
        .join(Entry, col(Entry.id) == col(Match.entry_id))
        .join(Source, col(Source.id) == col(Entry.source_id))
        .where(
            Match.publication_id == publication_id,
            Entry.publication_id == publication_id,
            col(Match.state).in_(("automatic", "accepted")),
        )
        .order_by(col(Match.made_at), col(Match.id))
    )
    return [
        MatchView(
            heading=entry.heading,
            source=source.name,
            state=match.state,
            decided_by=match.decided_by,
            reasons=reasons_of(match),
        )
        for match, entry, source in session.exec(statement)
    ]


def _related(session: Session, row: Publication) -> list[RelatedView]:
    """Those that may be shown; an anonymous record is never shown beside a named one (rule 7)."""
    found = {}
    for key, match in related(session, row.id or 0):
        other = session.get_one(Publication, key)
        if other.status in SHOWN and other.anonymous == row.anonymous:
            found[key] = RelatedView(id=key, title=other.title, reason="; ".join(reasons_of(match)))
    return list(found.values())


def reasons_of(match: Match) -> list[str]:
    return [str(signal.get("reason", "")) for signal in match.signals if signal.get("reason")]
