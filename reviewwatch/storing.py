"""Storing what readings brought: together where they can be, and one that cannot be stored harms no other."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from store import readings
from store.database import writing_archive
from store.entries import RunSummary
from store.reading import IncidentKind, Problem, Reading

logger = structlog.get_logger(__name__)


def store(engine: Engine, found: Sequence[Reading], *, now: datetime) -> list[RunSummary]:
    """Store each reading whole, all in one transaction. One summary for each; raises SQLAlchemyError.

    Where the database refuses, each has a transaction of its own; what is refused then is a reading that failed.
    """
    try:
        return _take(engine, found, now)
    except SQLAlchemyError:
        logger.exception("readings could not be stored together", sources=[one.source for one in found])
    return [_store_alone(engine, one, now) for one in found]


def _store_alone(engine: Engine, one: Reading, now: datetime) -> RunSummary:
    try:
        [summary] = _take(engine, [one], now)
    except SQLAlchemyError as error:
        logger.exception("a reading could not be stored", source=one.source)
        evidence = f"What was read could not be stored ({type(error).__name__}). The log says more."
        problem = Problem(kind=IncidentKind.STRUCTURE, evidence=evidence)
        [summary] = _take(engine, [Reading(source=one.source, problem=problem, requests=one.requests)], now)
    return summary


def _take(engine: Engine, found: Sequence[Reading], now: datetime) -> list[RunSummary]:
    with writing_archive(engine) as session:
        return readings.take_all(session, found, now=now)
