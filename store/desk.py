"""What the administrators' pages and the API show of sources and decisions: plain values, read only."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import Session, col, select

from store import matches, withdrawals
from store.models import CrawlRun, Document, Entry, Incident, Publisher, Source, Version
from store.views import reasons_of


class SourceLine(BaseModel):
    """A source and how it is. `state`: healthy, failing, waiting (for its first good reading) or disabled."""

    name: str
    publisher: str
    kind: str
    url: str
    role: str
    every: str
    enabled: bool
    state: str
    note: str
    due_at: datetime | None
    last_read_at: datetime | None
    last_good_at: datetime | None
    failing_since: datetime | None
    entries: int
    incidents: list[str]
    """Kinds of its open incidents."""


class RunLine(BaseModel):
    started_at: datetime
    outcome: str
    entries: int
    new: int
    changed: int
    held: int
    requests: int
    detail: str
    held_entries: list[dict[str, Any]]


class IncidentLine(BaseModel):
    id: int
    source: str
    kind: str
    opened_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    evidence: str


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


def source_list(session: Session) -> list[SourceLine]:
    """By name."""
    counted = (
        select(col(Entry.source_id), func.count()).where(col(Entry.gone_at).is_(None)).group_by(col(Entry.source_id))
    )
    entries = dict(session.exec(counted).all())
    incidents: dict[int, list[str]] = {}
    for incident in session.exec(select(Incident).where(col(Incident.resolved_at).is_(None))):
        incidents.setdefault(incident.source_id, []).append(incident.kind)
    statement = select(Source, Publisher.name).join(Publisher, col(Publisher.id) == col(Source.publisher_id))
    return [
        _source(row, name, entries.get(row.id or 0, 0), incidents.get(row.id or 0, []))
        for row, name in session.exec(statement.order_by(col(Source.name)))
    ]


def _source(row: Source, publisher: str, entries: int, incidents: list[str]) -> SourceLine:
    state = "healthy" if row.baseline_at else "waiting"
    state = "failing" if row.failing_since or incidents else state
    found = {name: value for name, value in row.model_dump().items() if name in SourceLine.model_fields}
    return SourceLine(
        **found,
        publisher=publisher,
        state=state if row.enabled else "disabled",
        entries=entries,
        incidents=incidents,
    )


def source_runs(session: Session, name: str, *, limit: int = 30) -> list[RunLine]:
    """The source's latest readings, the newest first."""
    statement = select(CrawlRun).join(Source, col(Source.id) == col(CrawlRun.source_id)).where(Source.name == name)
    found = session.exec(statement.order_by(col(CrawlRun.started_at).desc()).limit(limit))
    return [RunLine(**{key: getattr(row, key) for key in RunLine.model_fields}) for row in found]


def incident_list(
    session: Session, *, source: str = "", only_open: bool = False, limit: int = 200
) -> list[IncidentLine]:
    """Open ones first, then the newest first."""
    statement = (
        select(Incident, Source.name)
        .join(Source, col(Source.id) == col(Incident.source_id))
        .order_by(col(Incident.resolved_at).is_not(None), col(Incident.opened_at).desc(), col(Incident.id).desc())
        .limit(limit)
    )
    if source:
        statement = statement.where(Source.name == source)
    if only_open:
        statement = statement.where(col(Incident.resolved_at).is_(None))
    return [_incident(row, name) for row, name in session.exec(statement)]


def _incident(row: Incident, source: str) -> IncidentLine:
    found = {name: value for name, value in row.model_dump().items() if name in IncidentLine.model_fields}
    return IncidentLine(**found, source=source)


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
        )
        found.append(line)
    return found
