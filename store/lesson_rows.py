"""Lessons in the tables: written with their text, read only where their text may be shown (rule 6)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from config.agencies import agencies
from config.themes import vocabulary
from store.lessons import LessonKind, find_lessons
from store.models import Document, Lesson, PageText, Publication, Publisher, Version
from store.words import words

SHOWN = ("listed", "unlisted")
ROLES = ("overview_report", "executive_summary", "learning_brief", "other", "annex", "statement")
"""Whose words count first; a response or an action plan only repeats them."""
AT_ONCE = 500


@dataclass(frozen=True)
class Quoted:
    """A lesson, where it stands, and whose it is."""

    publication: int
    title: str
    published: date | None
    precision: str
    version: int
    role: str
    kind: str
    number: str
    page: int
    text: str
    themes: Sequence[str]
    agencies: Sequence[str]
    """Slugs of those that its words name."""
    position: int
    """In its version, from 1."""
    publisher: str
    """Empty while the area is unknown."""


def keep(session: Session, version_id: int, pages: Sequence[str]) -> None:
    """Write what the text says, in the caller's transaction."""
    for position, one in enumerate(find_lessons(pages), start=1):
        session.add(
            Lesson(
                version_id=version_id,
                position=position,
                kind=one.kind,
                number=one.number,
                page=one.page,
                text=one.text,
                themes=vocabulary().find(one.text),
                agencies=agencies().find(f"{one.number} {one.text}"),  # "4 (Police)" tells for whom it is
            )
        )
    session.flush()


def find_again(session: Session, version_id: int) -> None:
    """What the text says by today's rules, in place of what was kept."""
    texts = select(PageText.text).where(PageText.version_id == version_id).order_by(col(PageText.number))
    session.exec(delete(Lesson).where(col(Lesson.version_id) == version_id))
    keep(session, version_id, session.exec(texts).all())


def of_publications(session: Session, ids: Collection[int]) -> dict[int, list[Quoted]]:
    """The lessons of each publication, recommendations first, each once; by its documents' roles, then as printed."""
    found: dict[int, list[Quoted]] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        for one in read(session, shown().where(col(Publication.id).in_(part))):
            found.setdefault(one.publication, []).append(one)
    return {key: _each_once(lessons) for key, lessons in found.items()}


def _each_once(lessons: Iterable[Quoted]) -> list[Quoted]:
    first: dict[tuple[str, ...], Quoted] = {}
    for one in sorted(lessons, key=lambda one: (one.kind != LessonKind.RECOMMENDATION, rank(one.role), one.version)):
        first.setdefault(tuple(words(one.text)), one)
    return list(first.values())


def rank(role: str) -> int:
    """Whose words come first: 0 is the foremost role."""
    return ROLES.index(role) if role in ROLES else len(ROLES)


def foremost(lessons: Sequence[Quoted], most: int = 5) -> list[Quoted]:
    """The first of a publication's lessons, all of one document: their pages are then its pages."""
    return [one for one in lessons if one.version == lessons[0].version][:most]


def shown() -> Any:
    """Of current versions of publications that are shown, and of no other: what becomes Quoted, the newest first."""
    return (
        sa.select(
            col(Publication.id), col(Publication.title), col(Publication.published), col(Publication.precision),
            col(Lesson.version_id), col(Document.role), col(Lesson.kind), col(Lesson.number), col(Lesson.page),
            col(Lesson.text), col(Lesson.themes), col(Lesson.agencies), col(Lesson.position),
            sa.func.coalesce(Publisher.name, ""),
        )
        .join(Version, col(Version.id) == col(Lesson.version_id))
        .join(Document, col(Document.id) == col(Version.document_id))  # by its number: there is no index of the current
        .join(Publication, col(Publication.id) == col(Document.publication_id))
        .join(Publisher, col(Publisher.id) == col(Publication.publisher_id), isouter=True)
        .where(
            col(Document.current_version_id) == col(Version.id), col(Version.state) == "current",
            col(Publication.status).in_(SHOWN),
        )
        .order_by(
            col(Publication.published).desc().nulls_last(), col(Publication.id).desc(), col(Lesson.version_id),
            col(Lesson.position),
        )
    )  # fmt: skip


def read(session: Session, statement: Any) -> list[Quoted]:
    """The lessons of a statement made of `shown`."""
    return [Quoted(*row) for row in session.execute(statement)]
