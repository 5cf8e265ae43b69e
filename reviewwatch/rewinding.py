"""`sources rewind`: the saved pages of a source read again, and what would have been reported at each moment."""

from collections.abc import Iterator
from typing import Any

from reviewwatch.program import Program
from spiders.engine import replay
from store import rewinding, sources
from store.comparing import Comparison, Known, compare
from store.database import reading
from store.reading import Reading


def rewind(program: Program, name: str) -> list[dict[str, Any]]:
    """A row for each moment at which a saved page differed, oldest first. Raises UnknownName."""
    with reading(program.engine) as session:
        source = sources.by_name(session, name)
        job = sources.job_for(session, source, program.settings, now=program.now)
        frames = rewinding.frames(rewinding.saved_pages(session, source))
    fresh = job.model_copy(update={"pages": (), "entries": (), "check": False})
    return list(_rows(frames, [replay.replay(fresh, frame.bodies) for frame in frames]))


def _rows(frames: list[rewinding.Frame], readings: list[Reading]) -> Iterator[dict[str, Any]]:
    known: list[Known] = []
    hashes: dict[str, str] = {}
    first = True
    for frame, found in zip(frames, readings, strict=True):
        told = compare(known, found, page_hashes=hashes, first=first)
        yield _row(frame, found, told, known)
        if told.outcome in ("failed", "held"):
            continue
        known, first = rewinding.known_of(found), False
        hashes = {page.url: page.sha256 for page in found.pages}


def _row(frame: rewinding.Frame, found: Reading, told: Comparison, known: list[Known]) -> dict[str, Any]:
    headings = {one.key: one.heading for one in known}
    return {
        "at": frame.at,
        "outcome": told.outcome,
        "entries": len(found.entries),
        "new": [entry.heading for entry in told.new] if told.outcome != "baseline" else [],
        "changed": [entry.heading for entry in told.changed],
        "missing": sorted(headings[key] for key in told.missing | told.gone),
        "held": [entry.heading for entry in told.held],
        "incident": told.problem.kind.value if told.problem else None,
    }
