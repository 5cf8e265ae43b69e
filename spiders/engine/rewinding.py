"""A source's saved pages read again, moment by moment: what would have been reported, with today's code and options."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from spiders.engine import replay
from store import rewinding
from store.comparing import Comparison, Known, compare
from store.reading import CrawlJob, Reading
from store.rewinding import Frame


@dataclass(frozen=True)
class Moment:
    """What a reading of the pages as they were then comes to. New to held are headings."""

    at: datetime
    outcome: str
    entries: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    held: tuple[str, ...]
    incident: str | None
    """Kind of incident."""


def rewind(job: CrawlJob, frames: Sequence[Frame]) -> list[Moment]:
    """One moment for each frame, oldest first. Nothing is asked of the site."""
    fresh = job.model_copy(update={"pages": (), "entries": (), "check": False})
    known: list[Known] = []
    hashes: dict[str, str] = {}
    first, moments = True, []
    for frame in frames:
        found = replay.replay(fresh, frame.bodies)
        told = compare(known, found, page_hashes=hashes, first=first)
        moments.append(_moment(frame, found, told, known))
        if told.outcome not in ("failed", "held"):
            known, first = rewinding.known_of(found), False
            hashes = {page.url: page.sha256 for page in found.pages}
    return moments


def _moment(frame: Frame, found: Reading, told: Comparison, known: list[Known]) -> Moment:
    headings = {one.key: one.heading for one in known}
    return Moment(
        at=frame.at,
        outcome=told.outcome,
        entries=len(found.entries),
        new=tuple(entry.heading for entry in told.new) if told.outcome != "baseline" else (),
        changed=tuple(entry.heading for entry in told.changed),
        missing=tuple(sorted(headings[key] for key in told.missing | told.gone)),
        held=tuple(entry.heading for entry in told.held),
        incident=told.problem.kind.value if told.problem else None,
    )
