"""Fetching documents of one host, one after the other, in a child process."""

from pydantic import BaseModel, ConfigDict

from spiders.engine import children
from spiders.engine.children import Ending, Outcome
from store.reading import Fetched, FetchJob, FetchResult, IncidentKind, Problem

CANNOT_WRITE = "CannotWrite: "
"""How the reason of a child begins that could not write into the job's folder."""


class FetchOrder(BaseModel):
    """What a fetch's child is told."""

    model_config = ConfigDict(frozen=True)

    job: FetchJob
    time_limit: float


def fetch(job: FetchJob, *, time_limit: float = 1800, memory_limit: int = children.GIB) -> FetchResult:
    """Fetch the job's documents into its folder. One `Fetched` for each request, in their order.

    What was fetched before a crash or the time limit (seconds) is kept; the others carry a problem.
    Raises OSError when no process can be started, or when a file cannot be written (a full disk), and
    children.Stopped when `children.nursery.close()` was called meanwhile.
    """
    order = FetchOrder(job=job, time_limit=time_limit)
    outcome = children.run(
        "spiders.engine.fetch_child:fetch", order.model_dump_json(), time_limit=time_limit, memory_limit=memory_limit
    )
    return result_of(job, outcome)


def result_of(job: FetchJob, outcome: Outcome) -> FetchResult:
    """All that a child handed over, and a problem for each document that it did not come to."""
    if outcome.ending is Ending.FAILED and outcome.reason.startswith(CANNOT_WRITE):
        raise OSError(outcome.reason.removeprefix(CANNOT_WRITE))
    parts = [FetchResult.model_validate_json(text) for text in outcome.results]
    fetched = {one.document: one for part in parts for one in part.fetched}
    kind = IncidentKind.SLOW if outcome.ending is Ending.OVERRAN else IncidentKind.STRUCTURE
    problem = Problem(kind=kind, evidence=f"The fetching ended early: {outcome.reason or 'no answer was noted'}")
    return FetchResult(
        fetched=tuple(
            fetched.get(wanted.document) or Fetched(document=wanted.document, url=wanted.url, problem=problem)
            for wanted in job.requests
        ),
        robots=tuple(state for part in parts for state in part.robots),
    )
