"""Decisions of people: done and written into the audit log in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException
from sqlmodel import Session

from store import people
from store.database import writing_archive
from store.incidents import NothingHeld
from store.keeping import WrongTime
from store.people import PeopleError
from store.recall import AnswerError
from store.sources import UnknownName
from store.withdrawals import WrongDecision
from web.context import Context, Visitor


@contextmanager
def deciding(here: Context) -> Iterator[Session]:
    """A transaction. What is not there is 404, what cannot be decided so (any more) is 409, both in words."""
    try:
        with writing_archive(here.engine) as session:
            yield session
    except UnknownName as error:
        raise HTTPException(404, str(error)) from error
    except (WrongDecision, WrongTime, PeopleError, NothingHeld, AnswerError) as error:
        raise HTTPException(409, str(error)) from error


def record(
    session: Session,
    here: Context,
    visitor: Visitor,
    what: str,
    target: object,
    *,
    before: dict[str, Any] | None = None,
    **after: Any,
) -> None:
    people.record(session, visitor.email, what, str(target), now=here.now(), before=before, after=after)
