"""Reading saved pages again with today's code: no request leaves the machine."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from spiders.engine import children
from spiders.engine.crawl import reading_of
from store.reading import CrawlJob, Reading


class ReplayOrder(BaseModel):
    """What a replay's child is told. `bodies`: a page's text by its address."""

    model_config = ConfigDict(frozen=True)

    job: CrawlJob
    bodies: dict[str, str]


def replay(
    job: CrawlJob, bodies: Mapping[str, str], *, time_limit: float = 60, memory_limit: int = children.GIB
) -> Reading:
    """What the job's kind finds on these pages. Pages that were not saved are taken as the list says of them.

    `time_limit` in seconds, `memory_limit` in bytes. Never raises for what the pages or the kind do.
    """
    order = ReplayOrder(job=job, bodies=dict(bodies))
    outcome = children.run(
        "spiders.engine.replay_child:replay",
        order.model_dump_json(),
        time_limit=time_limit,
        memory_limit=memory_limit,
        module=f"spiders.{job.kind}",
    )
    return reading_of(job.source, outcome)
