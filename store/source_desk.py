"""What the administrators' pages and the API show of sources and their readings: plain values, read only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from store.models import CrawlRun, Entry, Incident, IncidentPage, Publisher, Source
from store.sources import UnknownName


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
    id: int
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
    has_page: bool = False
    """Whether the page that came is saved."""


class HeldLine(BaseModel):
    """A source whose last reading is held, and what is waiting in it."""

    source: str
    publisher: str
    enabled: bool
    held_at: datetime
    since: datetime
    """When the first of its held readings was, without a good one since."""
    why: str
    due_at: datetime | None
    known: int
    """Entries that the archive holds of the source."""
    entries: list[dict[str, Any]]
    """`[{"heading", "url", "known"}]`; known: an entry that we have, at a new address."""
    incident: int | None
    """The open incident that tells of it, where the page that came is saved with it."""


def source_list(session: Session) -> list[SourceLine]:
    """By name."""
    return _lines(session)


def source_line(session: Session, name: str) -> SourceLine:
    """Raises UnknownName."""
    found = _lines(session, Source.name == name)
    if not found:
        raise UnknownName(f"no source is called {name!r}; `reviewwatch sources list` shows all")
    return found[0]


def _lines(session: Session, *which: Any) -> list[SourceLine]:
    columns: list[Any] = [getattr(Source, name) for name in ("id", "baseline_at", *_OF_SOURCE)]
    statement = sa.select(*columns, col(Publisher.name).label("publisher"))
    statement = statement.join(Publisher, col(Publisher.id) == col(Source.publisher_id)).where(*which)
    rows = session.execute(statement.order_by(col(Source.name))).all()
    entries = _entries(session, *which)
    incidents: dict[int, list[str]] = defaultdict(list)
    open_ = select(Incident.source_id, Incident.kind).join(Source).where(col(Incident.resolved_at).is_(None), *which)
    for key, kind in session.exec(open_.order_by(col(Incident.id))):
        incidents[key].append(kind)
    return [_line(row, entries.get(row.id, 0), incidents.get(row.id, [])) for row in rows]


_OF_SOURCE = [name for name in SourceLine.model_fields if name in Source.model_fields]


def _line(row: Any, entries: int, incidents: list[str]) -> SourceLine:
    state = "healthy" if row.baseline_at else "waiting"
    state = "failing" if row.failing_since or incidents else state
    state = state if row.enabled else "disabled"
    found = {name: getattr(row, name) for name in _OF_SOURCE}
    return SourceLine(**found, publisher=row.publisher, state=state, entries=entries, incidents=incidents)


def source_runs(session: Session, name: str, *, before_id: int | None = None, limit: int = 30) -> list[RunLine]:
    """The source's readings, the newest first; `before_id` is where the page before ended."""
    statement = select(CrawlRun).join(Source, col(Source.id) == col(CrawlRun.source_id)).where(Source.name == name)
    if before_id is not None:
        statement = statement.where(col(CrawlRun.id) < before_id)
    found = session.exec(statement.order_by(col(CrawlRun.id).desc()).limit(limit))
    return [RunLine(**{key: getattr(row, key) for key in RunLine.model_fields}) for row in found]


def incident_list(
    session: Session,
    *,
    source: str = "",
    is_open: bool | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> list[IncidentLine]:
    """The newest first, open ones before the others; `before_id` is where the page before ended."""
    statement = _incidents().order_by(col(Incident.resolved_at).is_not(None), col(Incident.id).desc())
    if source:
        statement = statement.where(Source.name == source)
    if is_open is not None:
        statement = statement.where(col(Incident.resolved_at).is_(None) == is_open)
    if before_id is not None:
        statement = statement.where(col(Incident.id) < before_id)
    return [_incident(*row) for row in session.exec(statement.limit(limit))]


def incident(session: Session, incident_id: int) -> IncidentLine:
    """Raises UnknownName."""
    row = session.exec(_incidents().where(Incident.id == incident_id)).first()
    if row is None:
        raise UnknownName(f"There is no incident {incident_id}.")
    return _incident(*row)


def _incidents() -> Any:
    joined = select(Incident, Source.name, IncidentPage.id).join(Source, col(Source.id) == col(Incident.source_id))
    return joined.outerjoin(IncidentPage, col(IncidentPage.incident_id) == col(Incident.id))


def _incident(row: Incident, source: str, page: int | None) -> IncidentLine:
    found = {name: value for name, value in row.model_dump().items() if name in IncidentLine.model_fields}
    return IncidentLine(**found, source=source, has_page=page is not None)


def held_count(session: Session) -> int:
    """How many sources wait for a decision about their last reading."""
    return session.exec(select(func.count()).select_from(CrawlRun).join(Source).where(*_IS_HELD)).one()


def held_list(session: Session, *, limit: int | None = None) -> list[HeldLine]:
    """Sources whose last reading is held and waits for a decision, the longest first."""
    since = func.coalesce(col(Source.failing_since), col(CrawlRun.started_at))
    statement = (
        select(CrawlRun, Source, Publisher.name)
        .join(Source, col(Source.id) == col(CrawlRun.source_id))
        .join(Publisher, col(Publisher.id) == col(Source.publisher_id))
        .where(*_IS_HELD)
        .order_by(since, col(CrawlRun.id))
        .limit(limit)
    )
    rows = session.exec(statement).all()
    ids = [source.id for _, source, _ in rows]
    entries = _entries(session, col(Source.id).in_(ids)) if rows else {}
    told = _told(session, ids) if rows else {}
    return [
        HeldLine(
            source=source.name,
            publisher=publisher,
            enabled=source.enabled,
            held_at=run.started_at,
            since=source.failing_since or run.started_at,
            why=run.detail,
            due_at=source.due_at,
            known=entries.get(source.id or 0, 0),
            entries=run.held_entries,
            incident=told.get((run.source_id, run.detail)),
        )
        for run, source, publisher in rows
    ]


_any = aliased(CrawlRun)
_LAST = select(func.max(col(_any.id))).where(_any.source_id == Source.id).correlate(Source).scalar_subquery()
_IS_HELD = (col(CrawlRun.id) == _LAST, col(CrawlRun.outcome) == "held", col(Source.accept_next).is_(False))
"""It is the source's last reading, and nobody has let it pass yet: as `store.incidents.held_run` says of one source."""


def _told(session: Session, ids: Sequence[int | None]) -> dict[tuple[int, str], int | None]:
    """The open incidents of these sources whose page is saved, by the source's id and the evidence."""
    statement = select(Incident).join(IncidentPage).where(col(Incident.source_id).in_(ids))
    found = session.exec(statement.where(col(Incident.resolved_at).is_(None)).order_by(col(Incident.id).desc()))
    return {(incident.source_id, incident.evidence): incident.id for incident in found}


def _entries(session: Session, *which: Any) -> dict[int, int]:
    """How many entries are listed now, by the source's id."""
    live = select(col(Entry.source_id), func.count()).where(col(Entry.gone_at).is_(None))
    if which:
        live = live.where(col(Entry.source_id).in_(select(Source.id).where(*which)))
    return dict(session.exec(live.group_by(col(Entry.source_id))).all())
