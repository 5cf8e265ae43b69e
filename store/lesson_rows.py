"""Lessons in the tables: written with their text, read only where their text may be shown (rule 6)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from config.agencies import agencies
from config.themes import vocabulary
from store.lessons import LessonKind, find_lessons
from store.models import Document, Lesson, Publication, Version
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
    position: int
    """In its version, from 1."""

    @property
    def agencies(self) -> list[str]:
        """Slugs of those that its words name."""
        return agencies().find(self.text)


@dataclass(frozen=True)
class Wanted:
    """Which lessons are asked for. `words`: all of them must stand in the text, in any order."""

    words: str = ""
    theme: str = ""
    kind: str = ""
    since: date | None = None


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
            )
        )
    session.flush()


def of_publications(session: Session, ids: Collection[int]) -> dict[int, list[Quoted]]:
    """The lessons of each publication, recommendations first, each once; by its documents' roles, then as printed."""
    found: dict[int, list[Quoted]] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        for one in _read(session, _shown().where(col(Publication.id).in_(part))):
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


def search(session: Session, wanted: Wanted, *, limit: int = 20, offset: int = 0) -> tuple[int, list[Quoted]]:
    """How many lessons there are, and one page of them: those of the newest publications first."""
    matching = _shown().where(*_conditions(wanted))
    total = session.execute(sa.select(sa.func.count()).select_from(matching.subquery())).scalar_one()
    return total, _read(session, matching.limit(limit).offset(offset))


def listed(session: Session, wanted: Wanted, *, after: tuple[int, int] = (0, 0), limit: int = 100) -> list[Quoted]:
    """In the order of (version, position), those that follow `after`: an order that stays true while new ones come."""
    place = sa.tuple_(col(Lesson.version_id), col(Lesson.position))
    following = _shown().where(*_conditions(wanted), place > after).order_by(None)
    return _read(session, following.order_by(col(Lesson.version_id), col(Lesson.position)).limit(limit))


def by_theme(session: Session, wanted: Wanted, *, examples: int = 3) -> list[tuple[str, int, list[Quoted]]]:
    """Per theme's slug how many lessons show it and the newest of them, the commonest theme first."""
    groups: dict[str, list[Quoted]] = {}
    counts: dict[str, int] = {}
    for one in _read(session, _shown().where(*_conditions(wanted))):
        for theme in one.themes:
            counts[theme] = counts.get(theme, 0) + 1
            if len(shown := groups.setdefault(theme, [])) < examples:
                shown.append(one)
    return sorted(((name, counts[name], groups[name]) for name in groups), key=lambda row: (-row[1], row[0]))


def _shown() -> Any:
    """Of current versions of publications that are shown, and of no other."""
    return (
        sa.select(
            col(Publication.id), col(Publication.title), col(Publication.published), col(Publication.precision),
            col(Lesson.version_id), col(Document.role), col(Lesson.kind), col(Lesson.number), col(Lesson.page),
            col(Lesson.text), col(Lesson.themes), col(Lesson.position),
        )
        .join(Version, col(Version.id) == col(Lesson.version_id))
        .join(Document, col(Document.current_version_id) == col(Version.id))
        .join(Publication, col(Publication.id) == col(Document.publication_id))
        .where(col(Version.state) == "current", col(Publication.status).in_(SHOWN))
        .order_by(
            col(Publication.published).desc().nulls_last(), col(Publication.id).desc(), col(Lesson.version_id),
            col(Lesson.position),
        )
    )  # fmt: skip


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [col(Lesson.text).icontains(word, autoescape=True) for word in wanted.words.split()[:20]]
    if wanted.kind:
        found.append(col(Lesson.kind) == wanted.kind)
    if wanted.since:
        found.append(col(Publication.published) >= wanted.since)
    if wanted.theme:
        found.append(sa.cast(col(Lesson.themes), sa.String).contains(f'"{wanted.theme}"', autoescape=True))
    return found


def _read(session: Session, statement: Any) -> list[Quoted]:
    return [Quoted(*row) for row in session.execute(statement)]
