"""Decisions of people: done and written into the audit log in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException
from sqlmodel import Session, SQLModel

from store import people
from store.database import writing_archive
from store.incidents import NothingHeld
from store.keeping import WrongTime
from store.people import PeopleError
from store.recall import AnswerError
from store.sources import UnknownName
from store.withdrawals import WrongDecision
from web.context import Context, Visitor
from web.words import upper_first

NONE = "none"


@contextmanager
def deciding(here: Context) -> Iterator[Session]:
    """A transaction. What is not there is 404, what cannot be decided so (any more) is 409, both in words."""
    try:
        with writing_archive(here.engine) as session:
            yield session
    except UnknownName as error:
        raise HTTPException(404, _said(error)) from error
    except (WrongDecision, WrongTime, PeopleError, NothingHeld, AnswerError) as error:
        raise HTTPException(409, _said(error)) from error


def _said(error: Exception) -> str:
    """In a sentence; what is said to those at a command line is left out."""
    return f"{upper_first(str(error).partition('; `')[0]).rstrip('.')}."


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


@contextmanager
def changing(
    session: Session, here: Context, visitor: Visitor, what: str, target: object, row: SQLModel, *fields: str
) -> Iterator[None]:
    """Record what the block makes of these fields of the row. Where nothing changed (a second click, or somebody else
    was quicker) nothing was decided, and nothing is recorded."""
    before = noted(row, *fields)
    yield
    session.flush()
    after = noted(row, *fields)
    if after != before:
        record(session, here, visitor, what, target, before=before, **after)


def noted(row: SQLModel, *fields: str) -> dict[str, Any]:
    """The fields of a row as the audit log shows them."""
    values = row.model_dump(mode="json", include=set(fields))
    return {name.replace("_", " "): values[name] if values[name] not in (None, "") else NONE for name in fields}
