"""`sources rewind`: the saved pages of a source read again, and what would have been reported at each moment."""

from dataclasses import asdict
from typing import Any

from reviewwatch.program import Program
from spiders.engine import rewinding as engine
from store import rewinding, sources
from store.database import reading


def rewind(program: Program, name: str) -> list[dict[str, Any]]:
    """A row for each moment at which a saved page differed, oldest first. Raises UnknownName."""
    with reading(program.engine) as session:
        source = sources.by_name(session, name)
        job = sources.job_for(session, source, program.settings, now=program.now)
        frames = rewinding.frames(rewinding.saved_pages(session, source))
    rows = [asdict(moment) for moment in engine.rewind(job, frames)]
    return [{key: list(value) if isinstance(value, tuple) else value for key, value in row.items()} for row in rows]
