"""Reading one source: its kind runs in a child process and comes back as one Reading."""

from pydantic import BaseModel, ConfigDict, ValidationError

from spiders.engine import children
from spiders.engine.children import Ending, Outcome
from store.reading import CrawlJob, IncidentKind, Problem, Reading

OUR_KINDS = "spiders.base"
KINDS = {Ending.OVERRAN: IncidentKind.SLOW}


class CrawlOrder(BaseModel):
    """What a crawl's child is told. `kinds`: the module whose `spider_for` finds the kind's class."""

    model_config = ConfigDict(frozen=True)

    job: CrawlJob
    time_limit: float
    kinds: str


def read(
    job: CrawlJob, *, time_limit: float = 600, kinds: str = OUR_KINDS, memory_limit: int = children.GIB
) -> Reading:
    """Read a source once. Never raises for what the site or the kind does: that is the Reading's `problem`.

    `time_limit` in seconds, `memory_limit` in bytes of data. Raises OSError when no process can be started,
    and children.Stopped when `children.nursery.close()` was called meanwhile.
    """
    order = CrawlOrder(job=job, time_limit=time_limit, kinds=kinds)
    outcome = children.run(
        "spiders.engine.crawl_child:crawl",
        order.model_dump_json(),
        time_limit=time_limit,
        memory_limit=memory_limit,
        module=f"spiders.{job.kind}" if kinds == OUR_KINDS else kinds,
    )
    return reading_of(job.source, outcome)


def reading_of(source: str, outcome: Outcome) -> Reading:
    """The Reading that a child handed over, or one that says why there is none."""
    if not outcome.results:
        kind = KINDS.get(outcome.ending, IncidentKind.STRUCTURE)
        return Reading(source=source, problem=Problem(kind=kind, evidence=f"The reading ended early: {outcome.reason}"))
    try:
        return Reading.model_validate_json(outcome.results[-1])
    except ValidationError as error:
        evidence = f"The reading cannot be understood: {error.errors()[0]['msg']}."
        return Reading(source=source, problem=Problem(kind=IncidentKind.STRUCTURE, evidence=evidence))
