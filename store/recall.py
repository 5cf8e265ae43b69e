"""How much of what witnesses list a source shows as well, how soon, and what it does not show: a question for a person.

A witness (the charity's list, a newsletter) names other publishers' reviews; it is never the measure of one review, but
what it lists for an area and the area's own source lacks may be a sign that we do not read that source right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session, col, select

from store.models import Entry, Source


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
    """A review that a witness has listed since we know it, and that no source of its area shows."""

    publication: int
    heading: str
    url: str
    witness: str
    since: datetime


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
    own = session.exec(select(Entry).where(Entry.source_id == source.id)).all()
    return measure(_sightings(own), _sightings([entry for entry, _ in _witnessed(session, source)]))


def questions(session: Session, source: Source) -> list[Question]:
    """What witnesses list for the source's area and none of its publisher's sources shows, newest first."""
    if source.role != "publisher" or source.baseline_at is None:
        return []
    siblings = select(Source.id).where(Source.publisher_id == source.publisher_id, Source.role == "publisher")
    shown = set(session.exec(select(Entry.publication_id).where(col(Entry.source_id).in_(siblings))))
    found = {
        entry.publication_id: Question(entry.publication_id or 0, entry.heading, entry.url, witness, entry.first_seen)
        for entry, witness in _witnessed(session, source)
        if entry.publication_id not in shown and not entry.baseline
    }
    return sorted(found.values(), key=lambda question: question.since, reverse=True)


def _sightings(entries: Iterable[Entry]) -> list[Sighting]:
    return [
        Sighting(entry.publication_id, entry.first_seen, entry.baseline) for entry in entries if entry.publication_id
    ]


def _witnessed(session: Session, source: Source) -> Sequence[tuple[Entry, str]]:
    """Witnesses' entries of local reviews of the source's area; an anonymous record names no area (rule 7)."""
    statement = (
        select(Entry, Source.name)
        .join(Source, col(Source.id) == col(Entry.source_id))
        .where(
            Source.role == "witness",
            Entry.area_publisher_id == source.publisher_id,
            Entry.kind == "local_review",
            col(Entry.anonymous).is_(False),
            col(Entry.publication_id).is_not(None),
        )
        .order_by(col(Entry.first_seen).desc())
    )
    return session.exec(statement).all()
