"""Reading sources: many in one child process, each coming back as one Reading as soon as it is whole.

What goes wrong with a child must not be laid at the wrong door: the sources that it left unread are read again, each
in a child of its own.
"""

import logging
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from spiders.engine import children
from spiders.engine.children import Ending, Outcome
from store.reading import CrawlJob, IncidentKind, Problem, Reading, RobotsState

OUR_KINDS = "spiders.base"
KINDS = {Ending.OVERRAN: IncidentKind.SLOW}
SILENCE = 120.0
"""Seconds. A child says every few seconds that it is alive, unless a kind's code hangs."""

logger = logging.getLogger(__name__)


class CrawlOrder(BaseModel):
    """What a crawl's child is told. `areas` are those of every job; `kinds`: the module whose `spider_for` is asked."""

    model_config = ConfigDict(frozen=True)

    jobs: tuple[CrawlJob, ...]
    areas: dict[str, str]
    time_limit: float
    kinds: str

    @property
    def robots(self) -> tuple[RobotsState, ...]:
        return tuple(state for job in self.jobs for state in job.robots)

    @property
    def user_agent(self) -> str:
        return self.jobs[0].user_agent


def read(
    job: CrawlJob, *, time_limit: float = 600, kinds: str = OUR_KINDS, memory_limit: int = children.GIB
) -> Reading:
    """Read one source once. Never raises for what the site or the kind does: that is the Reading's `problem`.

    `time_limit` in seconds, `memory_limit` in bytes of data. Raises OSError when no process can be started,
    and children.Stopped when `children.nursery.close()` was called meanwhile.
    """
    [[reading]] = read_all([job], time_limit=time_limit, kinds=kinds, memory_limit=memory_limit)
    return reading


def read_all(
    jobs: Sequence[CrawlJob],
    *,
    time_limit: float = 600,
    kinds: str = OUR_KINDS,
    memory_limit: int = children.GIB,
    silence: float = SILENCE,
) -> Iterator[list[Reading]]:
    """Read sources, those of one host one after the other; yields one Reading for each, in portions as they come.

    All jobs name the same areas, user agent and delay. `time_limit` in seconds for each source, `silence` for a hang.
    Raises what `read` raises.
    """
    unread = {job.source: job for job in jobs}
    order = CrawlOrder(
        jobs=tuple(job.model_copy(update={"areas": {}}) for job in jobs),
        areas=jobs[0].areas,
        time_limit=time_limit,
        kinds=kinds,
    )
    outcome = Outcome((), Ending.RUNNING)
    for outcome in children.watch(
        "spiders.engine.crawl_child:crawl",
        order.model_dump_json(),
        time_limit=time_limit * len(jobs),
        memory_limit=memory_limit,
        silence=silence,
        module=_modules(jobs, kinds),
    ):
        if done := [reading for text in outcome.results if (reading := _taken(text, unread))]:
            yield done
    if not unread:
        return
    if len(jobs) == 1:
        yield [reading_of(jobs[0].source, outcome)]
        return
    logger.warning("a child ended early, %d sources are read again, one by one: %s", len(unread), outcome.reason)
    for job in unread.values():
        yield from read_all([job], time_limit=time_limit, kinds=kinds, memory_limit=memory_limit, silence=silence)


def _modules(jobs: Sequence[CrawlJob], kinds: str) -> str:
    return ",".join(sorted({f"spiders.{job.kind}" for job in jobs})) if kinds == OUR_KINDS else kinds


def _taken(text: str, unread: dict[str, CrawlJob]) -> Reading | None:
    """A result as a Reading of a source that is still unread; None when it is none."""
    try:
        reading = Reading.model_validate_json(text)
    except ValidationError:
        return None
    return reading if unread.pop(reading.source, None) else None


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
