"""For those who operate it: is it well, and what it counts."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from store import counts
from store.counts import Counts
from store.database import DatabaseError, check_connection, reading
from web.context import Context, Here

router = APIRouter(include_in_schema=False)


@router.get("/health")
def health(here: Here) -> JSONResponse:
    """200 while the database answers, else 503. Says nothing about the archive: it is open to all."""
    try:
        check_connection(here.engine)
    except DatabaseError:
        return JSONResponse({"status": "failing", "database": "does not answer"}, 503)
    return JSONResponse({"status": "ok", "database": "answers"})


@router.get("/metrics")
def metrics(here: Here) -> Response:
    registry = CollectorRegistry()
    registry.register(_Collector(here))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Collector:
    """Reads the database when asked, so that any number of processes says the same."""

    def __init__(self, here: Context) -> None:
        self.here = here

    def collect(self) -> list[GaugeMetricFamily]:
        with reading(self.here.engine) as session:
            found = counts.read(session, now=self.here.now())
        return [*_labelled(found), *_plain(found)]


def _labelled(found: Counts) -> list[GaugeMetricFamily]:
    groups = {
        ("reviewwatch_publications", "Publications by status.", "status"): found.publications,
        ("reviewwatch_deliveries", "Deliveries by state.", "state"): found.deliveries,
        ("reviewwatch_sources", "Sources that are enabled, disabled or failing.", "state"): found.sources,
        ("reviewwatch_waiting", "Decisions that wait for an administrator.", "decision"): found.waiting,
        ("reviewwatch_due", "Work that is due and not done yet.", "work"): found.due,
    }
    families = []
    for (name, text, label), values in groups.items():
        family = GaugeMetricFamily(name, text, labels=[label])
        for value, count in sorted(values.items()):
            family.add_metric([value], count)
        families.append(family)
    return families


def _plain(found: Counts) -> list[GaugeMetricFamily]:
    return [
        GaugeMetricFamily(
            "reviewwatch_last_reading_timestamp_seconds", "The latest good reading.", _at(found.last_good)
        ),
        GaugeMetricFamily("reviewwatch_last_digest_timestamp_seconds", "The latest digest.", _at(found.last_digest)),
    ]


def _at(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
