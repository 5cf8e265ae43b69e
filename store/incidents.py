"""Incidents: opened once, resolved once; by themselves when the source reads well again, or by an administrator."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import trouble
from store.models import CrawlRun, Incident, Source
from store.reading import Problem
from store.sources import UnknownName, forget_pages

ITSELF = "the source reads well again"


def open_incident(session: Session, source: Source, problem: Problem, *, now: datetime) -> Incident:
    """The open incident of this source and kind, with the newest evidence; opened when there is none."""
    incident = next((one for one in open_of(session, source) if one.kind == problem.kind.value), None)
    if incident is None:
        incident = Incident(source_id=source.id or 0, kind=problem.kind.value, opened_at=now, last_seen_at=now)
        session.add(incident)
    incident.evidence, incident.last_seen_at = problem.evidence, now
    return incident


def open_of(session: Session, source: Source) -> Sequence[Incident]:
    statement = select(Incident).where(Incident.source_id == source.id, col(Incident.resolved_at).is_(None))
    return session.exec(statement).all()


def resolve_all(session: Session, source: Source, *, now: datetime, by: str = ITSELF) -> None:
    """The source's page reads well. That its documents are away stays open until they are back."""
    away = trouble.are_away(session, source)
    for incident in open_of(session, source):
        if not (away and incident.kind in trouble.AWAY):
            incident.resolved_at, incident.resolved_by = now, by


def resolve_documents(session: Session, *, now: datetime) -> None:
    """End the incidents of documents that were away and are in their places again."""
    open_ = select(Incident.source_id).where(
        col(Incident.resolved_at).is_(None), col(Incident.kind).in_([kind.value for kind in trouble.AWAY])
    )
    healthy = select(Source).where(col(Source.id).in_(open_), col(Source.failing_since).is_(None))
    for source in session.exec(healthy):
        resolve_all(session, source, now=now)


def resolve(session: Session, incident_id: int, *, now: datetime, by: str) -> Incident:
    """An administrator has looked. A held reading passes on the next, immediate one. Raises UnknownName."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise UnknownName(f"there is no incident {incident_id}; `reviewwatch incidents list` shows all")
    if incident.resolved_at is None:
        incident.resolved_at, incident.resolved_by = now, by
        source = session.get_one(Source, incident.source_id)
        source.accept_next = incident.kind in ("structure", "empty") or _is_held(session, source)
        source.due_at = now if source.enabled else None
        forget_pages(session, source)
    return incident


def _is_held(session: Session, source: Source) -> bool:
    last = select(CrawlRun.outcome).where(CrawlRun.source_id == source.id).order_by(col(CrawlRun.id).desc())
    return session.exec(last).first() == "held"


def listed(session: Session, *, only_open: bool = False) -> Sequence[tuple[Incident, str]]:
    """Incidents with the name of their source, newest first."""
    statement = (
        select(Incident, Source.name).join(Source).order_by(col(Incident.opened_at).desc(), col(Incident.id).desc())
    )
    if only_open:
        statement = statement.where(col(Incident.resolved_at).is_(None))
    return [(incident, name) for incident, name in session.exec(statement).all()]
