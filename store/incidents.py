"""Incidents: opened once, resolved once; by themselves when the source reads well again, or by an administrator."""

import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import trouble
from store.models import CrawlRun, Incident, IncidentPage, Source
from store.reading import Problem
from store.sources import UnknownName, forget_pages

ITSELF = "the source reads well again"
DISCARDED = "discarded"
"""The outcome of a reading that was held and then thrown away."""
THROWN_AWAY = "The reading was thrown away."


class NothingHeld(ValueError):
    """There is no held reading to decide about."""


def open_incident(session: Session, source: Source, problem: Problem, *, now: datetime) -> Incident:
    """The open incident of this source and kind, with the newest evidence; opened when there is none."""
    incident = next((one for one in open_of(session, source) if one.kind == problem.kind.value), None)
    if incident is None:
        incident = Incident(source_id=source.id or 0, kind=problem.kind.value, opened_at=now, last_seen_at=now)
        session.add(incident)
        session.flush()
    if problem.body:
        _keep_page(session, incident, problem, now)
    incident.evidence, incident.last_seen_at = problem.evidence, now
    return incident


def _keep_page(session: Session, incident: Incident, problem: Problem, now: datetime) -> None:
    """The newest page that came, like the newest evidence."""
    row = session.exec(select(IncidentPage).where(IncidentPage.incident_id == incident.id)).first()
    row = row or IncidentPage(incident_id=incident.id or 0, url="", saved_at=now)
    row.url, row.saved_at, row.body = problem.url, now, zlib.compress(problem.body.encode())
    session.add(row)


def open_of(session: Session, source: Source) -> Sequence[Incident]:
    statement = select(Incident).where(Incident.source_id == source.id, col(Incident.resolved_at).is_(None))
    return session.exec(statement).all()


def resolve_all(session: Session, source: Source, *, now: datetime, by: str = ITSELF) -> None:
    """The source's page reads well. That its documents are away stays open until they are back."""
    waiting = open_of(session, source)
    away = bool(waiting) and trouble.are_away(session, source)
    for incident in waiting:
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


def by_id(session: Session, incident_id: int) -> Incident:
    """Raises UnknownName."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise UnknownName(f"there is no incident {incident_id}; `reviewwatch incidents list` shows all")
    return incident


def source_of(session: Session, incident_id: int) -> Source:
    """Raises UnknownName."""
    return session.get_one(Source, by_id(session, incident_id).source_id)


def resolve(session: Session, incident_id: int, *, now: datetime, by: str) -> Incident:
    """An administrator has looked. A held reading passes on the next, immediate one. Raises UnknownName."""
    incident = by_id(session, incident_id)
    if incident.resolved_at is None:
        incident.resolved_at, incident.resolved_by = now, by
        source = session.get_one(Source, incident.source_id)
        if incident.kind in ("structure", "empty") or held_run(session, source):
            let_pass(session, source)
        source.due_at = now if source.enabled else None
        forget_pages(session, source)
    return incident


def let_pass(session: Session, source: Source, *, quietly: bool = False) -> None:
    """The next good reading is taken as it is; `quietly`: what is new in it is archived like a baseline."""
    source.accept_next, source.quiet_next = True, quietly
    forget_pages(session, source)


def accept_held(session: Session, source: Source, *, quietly: bool, now: datetime, by: str) -> CrawlRun:
    """An administrator lets what is held pass with the next, immediate reading. Raises NothingHeld."""
    run = waiting_run(session, source)
    for incident in open_of(session, source):
        resolve(session, incident.id or 0, now=now, by=by)
    let_pass(session, source, quietly=quietly)
    source.due_at = now if source.enabled else None
    return run


def discard_held(session: Session, source: Source, *, now: datetime, by: str) -> CrawlRun:
    """What is held is thrown away: nothing of it is taken, and the next reading is judged like any other.

    The source has still not been read well: it stays failing until it is (rule 3). Raises NothingHeld.
    """
    run = waiting_run(session, source)
    for incident in open_of(session, source):
        if incident.evidence == run.detail:
            incident.resolved_at, incident.resolved_by = now, by
            incident.evidence = f"{incident.evidence} {THROWN_AWAY}"
    run.outcome, run.detail, run.held_entries = DISCARDED, f"{run.detail} {THROWN_AWAY}", []
    return run


def waiting_run(session: Session, source: Source) -> CrawlRun:
    """As `held_run`. Raises NothingHeld."""
    run = held_run(session, source)
    if run is None:
        raise NothingHeld(f"Nothing of {source.name} is held any more.")
    return run


def held_run(session: Session, source: Source) -> CrawlRun | None:
    """The source's last reading, when it is held and nobody has let it pass yet."""
    statement = select(CrawlRun).where(CrawlRun.source_id == source.id).order_by(col(CrawlRun.id).desc())
    last = session.exec(statement).first()
    return last if last and last.outcome == "held" and not source.accept_next else None


def listed(session: Session, *, only_open: bool = False) -> Sequence[tuple[Incident, str]]:
    """Incidents with the name of their source, newest first."""
    statement = (
        select(Incident, Source.name).join(Source).order_by(col(Incident.opened_at).desc(), col(Incident.id).desc())
    )
    if only_open:
        statement = statement.where(col(Incident.resolved_at).is_(None))
    return [(incident, name) for incident, name in session.exec(statement).all()]
