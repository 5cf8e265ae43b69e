"""What the administrators' pages show of decisions about publications: plain values, read only."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from store import withdrawals
from store.models import Document, Entry, Match, Publication, Source, Version, Withdrawal
from store.views import reasons_of

AT_ONCE = 30


class Side(BaseModel):
    """One side of a doubtful match, as it stands."""

    heading: str
    area: str
    kind: str
    subject: str
    year: str
    url: str = ""
    source: str = ""
    publication: int | None = None


class MatchLine(BaseModel):
    id: int
    state: str
    score: float
    reasons: list[str]
    made_at: datetime
    decided_at: datetime | None
    decided_by: str
    entry: Side
    publication: Side


class WithdrawalLine(BaseModel):
    """`can_replace`: there is a newer version that may take the older one's place."""

    id: int
    publication: int
    title: str
    document: str
    url: str
    reason: str
    opened_at: datetime
    decided_at: datetime | None
    decided_by: str
    decision: str
    can_replace: bool
    old_pages: int | None
    new_pages: int | None
    copies: list[int]
    """Other publications that wait for this decision, because they show the same."""


def waiting_matches(session: Session, *, after_id: int = 0, limit: int = AT_ONCE) -> list[MatchLine]:
    """What waits for a decision, the oldest first; `after_id` is where the page before ended."""
    proposed = _pairs().where(Match.state == "proposed", col(Match.id) > after_id)
    return _match_lines(session, proposed.order_by(col(Match.id)).limit(limit))


def decided_matches(session: Session, *, before_id: int | None = None, limit: int = AT_ONCE) -> list[MatchLine]:
    """What was accepted or rejected, the newest first; `before_id` is where the page before ended."""
    decided = _pairs().where(col(Match.state).in_(("accepted", "rejected")))
    decided = decided.where(col(Match.id) < before_id) if before_id else decided
    return _match_lines(session, decided.order_by(col(Match.id).desc()).limit(limit))


def _pairs() -> Any:
    return (
        select(Match, Entry, Publication, Source.name)
        .join(Entry, col(Entry.id) == col(Match.entry_id))
        .join(Publication, col(Publication.id) == col(Match.publication_id))
        .join(Source, col(Source.id) == col(Entry.source_id))
    )


def _match_lines(session: Session, statement: Any) -> list[MatchLine]:
    return [
        MatchLine(
            id=match.id or 0,
            state=match.state,
            score=match.score,
            reasons=reasons_of(match),
            made_at=match.made_at,
            decided_at=match.decided_at,
            decided_by=match.decided_by,
            entry=_side(entry, entry.heading, url=entry.url, source=source),
            publication=_side(publication, publication.title, publication=publication.id),
        )
        for match, entry, publication, source in session.exec(statement)
    ]


def _side(row: Any, heading: str, **more: Any) -> Side:
    year = str(row.published.year) if row.published else ""
    return Side(heading=heading, area=row.area, kind=row.kind, subject=row.subject, year=year, **more)


def waiting_withdrawals(session: Session, *, after_id: int = 0, limit: int = AT_ONCE) -> list[WithdrawalLine]:
    """What waits for a decision, the oldest first. For administrators only: it names what is hidden."""
    waits = col(Withdrawal.decided_at).is_(None), col(Withdrawal.follows_id).is_(None), col(Withdrawal.id) > after_id
    return _withdrawal_lines(session, _withdrawals().where(*waits).order_by(col(Withdrawal.id)).limit(limit))


def decided_withdrawals(
    session: Session, *, before_id: int | None = None, limit: int = AT_ONCE
) -> list[WithdrawalLine]:
    """The newest first."""
    decided = _withdrawals().where(col(Withdrawal.decided_at).is_not(None))
    decided = decided.where(col(Withdrawal.id) < before_id) if before_id else decided
    return _withdrawal_lines(session, decided.order_by(col(Withdrawal.id).desc()).limit(limit))


def _withdrawals() -> Any:
    old, new = aliased(Version), aliased(Version)
    columns: tuple[Any, ...] = (Withdrawal, Publication, Document, old, new)
    return (
        select(*columns)
        .join(Publication, col(Publication.id) == col(Withdrawal.publication_id))
        .outerjoin(Document, col(Document.id) == col(Withdrawal.document_id))
        .outerjoin(old, col(old.id) == col(Withdrawal.old_version_id))
        .outerjoin(new, col(new.id) == col(Withdrawal.new_version_id))
    )


def _withdrawal_lines(session: Session, statement: Any) -> list[WithdrawalLine]:
    rows = session.exec(statement).all()
    copies = withdrawals.hidden_as_copies(session, [row.id for row, *_ in rows])
    return [_withdrawal(*row, copies=copies.get(row[0].id, [])) for row in rows]


def _withdrawal(
    row: Withdrawal,
    publication: Publication,
    document: Document | None,
    old: Version | None,
    new: Version | None,
    *,
    copies: list[int],
) -> WithdrawalLine:
    return WithdrawalLine(
        **{name: value for name, value in row.model_dump().items() if name in WithdrawalLine.model_fields},
        publication=row.publication_id,
        title=publication.title,
        document=document.text or document.role if document else "",
        url=document.url if document else "",
        can_replace=new is not None,
        old_pages=old.pages if old else None,
        new_pages=new.pages if new else None,
        copies=copies,
    )
