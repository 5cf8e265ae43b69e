"""A person's decision on the command line: done and written into the audit log in one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from reviewwatch.program import COMMAND_LINE, Program, opened
from store import people
from store.database import writing_archive

Done = TypeVar("Done")
"""What the decision gives back: the match, the publication."""


def decided(
    what: str,
    key: int,
    at: datetime | None,
    decision: Callable[[Session, Program], Done],
    publication_of: Callable[[Done], int | None],
) -> Done:
    """Do it, and record it as `what` about `key`. Raises what the decision raises; then nothing was done."""
    program = opened(at)
    with writing_archive(program.engine) as session:
        done = decision(session, program)
        after = {"publication": publication_of(done)}
        people.record(session, COMMAND_LINE, what, str(key), now=program.now, after=after)
    return done
