"""The change log: one line for each thing that happened, written in the transaction that makes it true (rule 4)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from store.models import Change

BASELINE = "baseline"


class ChangeKind(StrEnum):
    NEW = "new"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_REPLACED = "document_replaced"
    UPDATED = "updated"
    UNLISTED = "unlisted"
    SUSPECTED = "suspected"
    REMOVED = "removed"
    RESTORED = "restored"
    MOVED = "moved"


NEVER_NEWS = {ChangeKind.UNLISTED, ChangeKind.SUSPECTED, ChangeKind.MOVED}


def log(
    session: Session,
    publication_id: int,
    kind: ChangeKind,
    *,
    at: datetime,
    note: str = "",
    news: bool = True,
    entry_id: int | None = None,
    document_id: int | None = None,
    late_since: datetime | None = None,
) -> Change:
    """Add a line. `news` false keeps it out of digests; some kinds never are news."""
    change = Change(
        publication_id=publication_id,
        kind=kind.value,
        at=at,
        note=note,
        news=news and kind not in NEVER_NEWS,
        entry_id=entry_id,
        document_id=document_id,
        late_since=late_since,
    )
    session.add(change)
    return change


def of_publication(session: Session, publication_id: int) -> Sequence[Change]:
    statement = select(Change).where(Change.publication_id == publication_id).order_by(col(Change.at), col(Change.id))
    return session.exec(statement).all()


def after(session: Session, change_id: int, *, limit: int = 100) -> Sequence[Change]:
    return session.exec(select(Change).where(col(Change.id) > change_id).order_by(col(Change.id)).limit(limit)).all()
