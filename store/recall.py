"""How much of what witnesses list a source shows as well, how soon, and what it does not show: a question for a person.

A witness (the charity's list, a newsletter) names other publishers' reviews; it is never the measure of one review, but
what it lists for an area and the area's own source lacks may be a sign that we do not read that source right.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from store.models import Entry, RecallAnswer, Source
from store.sources import UnknownName

LONGEST_NOTE = 500


class Answer(StrEnum):
    """Why a source does not show what a witness lists for its area."""

    MISSING = "missing"
    """It is on the source's page, or ought to be: we do not read it right, or the publisher has left it out."""
    ELSEWHERE = "elsewhere"
    """The publisher has it on another page or site."""
    NOT_THEIRS = "not_theirs"
    """The witness is wrong: it is another area's."""


class AnswerError(ValueError):
    """It cannot be answered so (any more); the text says why."""


@dataclass(frozen=True)
class Sighting:
    """One source's first sight of a publication. `baseline`: it was there at the first reading."""

    publication: int
    at: datetime
    baseline: bool = False


@dataclass(frozen=True)
class Recall:
    """`listed`: publications that witnesses list; `shown`: those of them that the source shows too.

    `delay`: the median time by which the source was later than the first witness (negative: earlier), over what neither
    had at its first reading; None where there is nothing to measure.
    """

    listed: int
    shown: int
    delay: timedelta | None = None

    @property
    def share(self) -> float | None:
        return self.shown / self.listed if self.listed else None


@dataclass(frozen=True)
class Question:
    """A review that a witness has listed since we know it, and that no source of its area shows.

    `entry` is the witness's; `publisher` the id of the body whose area it is.
    """

    entry: int
    publication: int
    publisher: str
    heading: str
    url: str
    witness: str
    since: datetime


@dataclass(frozen=True)
class Answered:
    question: Question
    answer: str
    note: str
    by: str
    at: datetime


def measure(own: Iterable[Sighting], witnessed: Iterable[Sighting]) -> Recall:
    """Recall and delay of one source. Pure."""
    mine, theirs = _first(own), _first(witnessed)
    both = mine.keys() & theirs.keys()
    delays = [mine[one].at - theirs[one].at for one in both if not (mine[one].baseline or theirs[one].baseline)]
    middle = timedelta(seconds=median(delay.total_seconds() for delay in delays)) if delays else None
    return Recall(len(theirs), len(both), middle)


def _first(sightings: Iterable[Sighting]) -> Mapping[int, Sighting]:
    found: dict[int, Sighting] = {}
    for one in sightings:
        if one.publication not in found or one.at < found[one.publication].at:
            found[one.publication] = one
    return found


def of_source(session: Session, source: Source) -> Recall:
    """The source's recall and delay against all witnesses of its publisher's area."""
    return of_all(session, [source.name]).get(source.name, Recall(0, 0))


def of_all(session: Session, names: Collection[str] | None = None) -> dict[str, Recall]:
    """Recall and delay of sources that say what is out, of all or of those of these names, by the source's name."""
    sources = select(Source).where(Source.role == "publisher")
    rows = session.exec(sources.where(col(Source.name).in_(names)) if names is not None else sources).all()
    publishers = {row.publisher_id for row in rows} if names is not None else None
    theirs: dict[str, list[Sighting]] = {}
    for row in _witnessed(session, publishers):
        theirs.setdefault(row.area_publisher_id, []).append(_sighting(row))
    wanted = {one.publication for sightings in theirs.values() for one in sightings}
    own: dict[int, list[Sighting]] = {}
    for row in _own(session, publishers):
        if row.publication_id in wanted:
            own.setdefault(row.source_id, []).append(_sighting(row))
    return {row.name: measure(own.get(row.id or 0, ()), theirs.get(row.publisher_id, ())) for row in rows}


def questions(session: Session, source: Source) -> list[Question]:
    """What witnesses list for the source's area and none of its publisher's sources shows, newest first."""
    if source.role != "publisher" or source.baseline_at is None:
        return []
    return all_questions(session, [source.publisher_id])


def all_questions(session: Session, publishers: Collection[str] | None = None) -> list[Question]:
    """What waits for an answer, newest first; only of areas with a source that has been read."""
    found = {row.publication_id: _question(row) for row in _witnessed(session, publishers, *_waits())}
    return sorted(found.values(), key=lambda question: question.since, reverse=True)


def question_count(session: Session) -> int:
    asked = sa.select(sa.func.count(sa.distinct(col(Entry.publication_id))))
    asked = asked.join(Source, col(Source.id) == col(Entry.source_id)).where(*_WITNESSED, *_waits())
    count: int = session.execute(asked).scalar_one()
    return count


def _waits() -> tuple[Any, ...]:
    """The entry asks something: it is news, of an area that is read, and neither shown there nor answered."""
    own = aliased(Source)
    read = sa.select(col(own.publisher_id)).where(col(own.role) == "publisher", col(own.baseline_at).is_not(None))
    return col(Entry.baseline).is_(False), col(Entry.area_publisher_id).in_(read), ~_is_shown(), ~_is_answered()


def _is_shown() -> Any:
    """A source of the area's own publisher shows the publication too."""
    theirs, own = aliased(Entry), aliased(Source)
    same = (
        col(theirs.publication_id) == col(Entry.publication_id),
        col(own.publisher_id) == col(Entry.area_publisher_id),
    )
    return sa.exists().where(col(theirs.source_id) == col(own.id), col(own.role) == "publisher", *same)


def _is_answered() -> Any:
    """Any witness's entry of the publication has an answer."""
    other = aliased(Entry)
    same = col(other.publication_id) == col(Entry.publication_id)
    return sa.exists().where(col(RecallAnswer.entry_id) == col(other.id), same)


def answer(session: Session, entry_id: int, answer: str, note: str, *, by: str, now: datetime) -> Question:
    """Keep an administrator's answer; the question is not asked again. Raises UnknownName and AnswerError."""
    if answer not in list(Answer):
        raise AnswerError("Choose an answer.")
    entry = session.get(Entry, entry_id)
    if entry is None:
        raise UnknownName(f"There is no question {entry_id}.")
    asked = all_questions(session, [entry.area_publisher_id or ""])
    question = next((one for one in asked if one.entry == entry_id), None)
    if question is None:
        raise AnswerError("This question has been answered already, or has answered itself.")
    kept = RecallAnswer(entry_id=entry_id, answer=answer, note=note[:LONGEST_NOTE], answered_by=by, answered_at=now)
    session.add(kept)
    return question


def answers(session: Session, *, limit: int = 50) -> list[Answered]:
    """What has been answered, the newest first."""
    statement = select(RecallAnswer, Entry, Source.name).join(Entry, col(Entry.id) == col(RecallAnswer.entry_id))
    statement = statement.join(Source, col(Source.id) == col(Entry.source_id))
    rows = session.exec(statement.order_by(col(RecallAnswer.id).desc()).limit(limit))
    return [
        Answered(
            Question(
                entry.id or 0,
                entry.publication_id or 0,
                entry.area_publisher_id or "",
                entry.heading,
                entry.url,
                witness,
                entry.first_seen,
            ),
            row.answer,
            row.note,
            row.answered_by,
            row.answered_at,
        )
        for row, entry, witness in rows
    ]


def _question(row: Any) -> Question:
    return Question(
        row.id, row.publication_id, row.area_publisher_id, row.heading, row.url, row.witness, row.first_seen
    )


def _sighting(row: Any) -> Sighting:
    return Sighting(row.publication_id, row.first_seen, row.baseline)


_WITNESSED = (
    col(Source.role) == "witness",
    col(Entry.area_publisher_id).is_not(None),
    col(Entry.kind) == "local_review",
    col(Entry.anonymous).is_(False),
    col(Entry.publication_id).is_not(None),
)
"""Witnesses' entries of local reviews of a named area; an anonymous record names none (rule 7)."""


def _own(session: Session, publishers: Collection[str] | None) -> Sequence[Any]:
    """What publishers' own sources show of all that witnesses list: source, publication, first seen."""
    columns: tuple[Any, ...] = (
        Entry.source_id,
        Entry.publication_id,
        Entry.first_seen,
        Entry.baseline,
    )
    statement = sa.select(*columns).join(Source, col(Source.id) == col(Entry.source_id))
    listed = sa.select(col(Entry.publication_id)).join(Source, col(Source.id) == col(Entry.source_id))
    listed = listed.where(*_WITNESSED).correlate(None)
    statement = statement.where(col(Source.role) == "publisher", col(Entry.publication_id).in_(listed))
    if publishers is not None:
        statement = statement.where(col(Source.publisher_id).in_(publishers))
    return session.execute(statement).all()


def _witnessed(session: Session, publishers: Collection[str] | None, *also: Any) -> Sequence[Any]:
    """What witnesses list, newest first; of these publishers' areas or of all."""
    columns: tuple[Any, ...] = (
        Entry.id,
        Entry.publication_id,
        Entry.area_publisher_id,
        Entry.heading,
        Entry.url,
        Entry.first_seen,
        Entry.baseline,
        col(Source.name).label("witness"),
    )
    statement = sa.select(*columns).join(Source, col(Source.id) == col(Entry.source_id)).where(*_WITNESSED)
    if publishers is not None:
        statement = statement.where(col(Entry.area_publisher_id).in_(publishers))
    statement = statement.where(*also)
    return session.execute(statement.order_by(col(Entry.first_seen).desc(), col(Entry.id).desc())).all()
