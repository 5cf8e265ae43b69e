"""What the administrators' pages show of decisions about publications: plain values, read only."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session, select

from store import matches, withdrawals
from store.models import Document, Source, Version
from store.views import reasons_of


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


def match_list(session: Session, *, state: str | None = "proposed") -> list[MatchLine]:
    """Oldest first; `state` None: all."""
    sources = {row.id: row.name for row in session.exec(select(Source))}
    return [
        MatchLine(
            id=match.id or 0,
            state=match.state,
            score=match.score,
            reasons=reasons_of(match),
            made_at=match.made_at,
            decided_at=match.decided_at,
            decided_by=match.decided_by,
            entry=_side(entry, entry.heading, url=entry.url, source=sources.get(entry.source_id, "")),
            publication=_side(publication, publication.title, publication=publication.id),
        )
        for match, entry, publication in matches.listed(session, state=state)
    ]


def _side(row: Any, heading: str, **more: Any) -> Side:
    year = str(row.published.year) if row.published else ""
    return Side(heading=heading, area=row.area, kind=row.kind, subject=row.subject, year=year, **more)


def withdrawal_list(session: Session, *, only_open: bool = False) -> list[WithdrawalLine]:
    """The newest first. For administrators only: it names what is hidden."""
    found = []
    for row, publication in withdrawals.listed(session, only_open=only_open):
        if row.follows_id and row.decided_at is None:
            continue
        document = session.get(Document, row.document_id) if row.document_id else None
        old, new = (session.get(Version, one) if one else None for one in (row.old_version_id, row.new_version_id))
        values = {name: value for name, value in row.model_dump().items() if name in WithdrawalLine.model_fields}
        line = WithdrawalLine(
            **values,
            publication=row.publication_id,
            title=publication.title,
            document=document.text or document.role if document else "",
            url=document.url if document else "",
            can_replace=new is not None,
            old_pages=old.pages if old else None,
            new_pages=new.pages if new else None,
            copies=withdrawals.hidden_as_copies(session, row),
        )
        found.append(line)
    return found
