"""How long we keep what we need no longer: files of the archive, and what we know of people. With a dry run.

What is deleted here was never withdrawn: it leaves no tombstone. The record of what was told stays true: its numbers
and moments stay when addresses go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlmodel import Session, select

from store import keeping_files, keeping_people, people, removal
from store.files import Files
from store.models import KeepingTime
from store.retention import add_months
from store.sources import UnknownName

EXAMPLES = 3
LONGEST = 600
"""Months."""


class WrongTime(ValueError):
    """Nothing can be kept so long; the text says what to write."""


@dataclass(frozen=True)
class Sort:
    """One sort of thing that is kept for a time. `months` unless an administrator says otherwise; None: for ever."""

    name: str
    text: str
    months: int | None
    find: Callable[[Session, datetime], Sequence[Any]]
    """What is older than the moment."""
    label: Callable[[Any], str]
    """What one of it is called in a dry run."""
    drop: Callable[[Session, Files, Any], None]


SORTS = (
    Sort("sign_ins", "browser sessions, after they ended", 0,
         keeping_people.sign_ins, keeping_people.of_session, keeping_people.drop_sign_in),
    Sort("unconfirmed", "digests that were asked for and never confirmed", 1,
         keeping_people.unconfirmed, keeping_people.of_subscription, keeping_people.drop_unconfirmed),
    Sort("former_readers", "addresses of channels, after the last of their digests was ended", 12,
         keeping_people.former_readers, keeping_people.of_channel, keeping_people.drop_channel_address),
    Sort("delivery_addresses", "addresses in the record of digests, after they were sent", 24,
         keeping_people.delivery_addresses, keeping_people.of_delivery, keeping_people.drop_delivery_address),
    Sort("former_users", "names and addresses of users, after they were switched off; also in the audit log", 12,
         keeping_people.former_users, keeping_people.of_user, keeping_people.drop_user),
    Sort("unlisted_files", "files and texts of publications, after no source lists them any more", None,
         keeping_files.unlisted, keeping_files.label, keeping_files.expire),
    Sort("older_versions", "files and texts of versions, after a newer one took their place", None,
         keeping_files.older, keeping_files.label, keeping_files.expire),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What of one sort is older than it is kept."""

    sort: str
    text: str
    months: int | None
    count: int
    examples: list[str]


def months_of(session: Session) -> dict[str, int | None]:
    """By sort, how many months it is kept; None: for ever."""
    said = {one.sort: one.months for one in session.exec(select(KeepingTime))}
    return {sort.name: said.get(sort.name, sort.months) for sort in SORTS}


def set_months(session: Session, sort: str, months: int | None) -> None:
    """Raises UnknownName for a sort that does not exist, WrongTime for months that cannot be."""
    if sort not in {one.name for one in SORTS}:
        raise UnknownName(f"nothing is kept under the name {sort!r}; there are {', '.join(one.name for one in SORTS)}")
    if months is not None and not 0 <= months <= LONGEST:
        raise WrongTime(f"write a number of months from 0 to {LONGEST}, or nothing to keep it for ever")
    session.merge(KeepingTime(sort=sort, months=months))


def plan(session: Session, *, now: datetime) -> list[Finding]:
    """What would be deleted now; nothing is."""
    return [_finding(sort, months, rows) for sort, months, rows in _due(session, now)]


def apply(session: Session, files: Files, *, now: datetime, by: str) -> list[Finding]:
    """Delete what is older than it is kept, and what removals have left of files; one line in the audit log."""
    found = []
    for sort, months, rows in _due(session, now):
        found.append(_finding(sort, months, rows))
        for row in rows:
            sort.drop(session, files, row)
        session.flush()
    removal.sweep(session, files)
    counts = {one.sort: one.count for one in found if one.count}
    if counts:
        people.record(session, by, "retention applied", now=now, after=counts)
    return found


def _due(session: Session, now: datetime) -> list[tuple[Sort, int | None, Sequence[Any]]]:
    months = months_of(session)
    return [(sort, months[sort.name], _older(session, sort, months[sort.name], now)) for sort in SORTS]


def _older(session: Session, sort: Sort, months: int | None, now: datetime) -> Sequence[Any]:
    if months is None:
        return []
    cut = datetime.combine(add_months(now.date(), -months), time.min, tzinfo=UTC) if months else now
    return sort.find(session, cut)


def _finding(sort: Sort, months: int | None, rows: Sequence[Any]) -> Finding:
    return Finding(sort.name, sort.text, months, len(rows), [sort.label(row) for row in rows[:EXAMPLES]])
