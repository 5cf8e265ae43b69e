"""The child's side of reading sources: one downloader for all of them, a loop of its own for each."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from importlib import import_module
from typing import Any, cast

import scrapy
from scrapy.http import Request, Response

from spiders.engine.channel import Channel, Message, MessageKind
from spiders.engine.children import OVERRAN
from spiders.engine.collect import Collector, not_understood
from spiders.engine.crawl import CrawlOrder
from spiders.engine.follow import Follower
from spiders.engine.nursery import in_a_line
from spiders.engine.running import Run, run_spider
from spiders.engine.settings import scrapy_settings
from store.addresses import host_of
from store.reading import CrawlJob, IncidentKind, Problem, Reading

logger = logging.getLogger(__name__)

HOSTS_AT_ONCE = 32
SIGN_OF_LIFE = 10.0
"""Seconds between two."""


class Batch(scrapy.Spider):
    """Reads the sources of an order: those of one host one after the other, several hosts at once."""

    name = "batch"

    def __init__(self, order: CrawlOrder, channel: Channel, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.order = order
        self.channel = channel
        self.job = order
        self.fault: MemoryError | None = None

    async def start(self) -> AsyncIterator[Request]:
        alive = asyncio.create_task(self._tell_alive())
        places = asyncio.Semaphore(HOSTS_AT_ONCE)
        hosts = defaultdict(list)
        for job in self.order.jobs:
            hosts[host_of(job.url)].append(job)
        try:
            async with asyncio.TaskGroup() as tasks:
                for jobs in hosts.values():
                    tasks.create_task(self._read_host(jobs, places))
        except* MemoryError as errors:
            self.fault = MemoryError(str(errors.exceptions[0]))
        alive.cancel()
        requests: tuple[Request, ...] = ()  # all has been asked for in the loops
        for request in requests:
            yield request

    async def _tell_alive(self) -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE)
            self.channel.send(Message(kind=MessageKind.ALIVE))

    async def _read_host(self, jobs: Iterable[CrawlJob], places: asyncio.Semaphore) -> None:
        async with places:
            for job in jobs:
                reading = await self._read(job.model_copy(update={"areas": self.order.areas}))
                self.channel.result(reading.model_dump_json())

    async def _read(self, job: CrawlJob) -> Reading:
        collector = Collector(job)
        run = Run(self.order.time_limit)
        spider = None
        try:
            spider = import_module(self.order.kinds).spider_for(job.kind)(job)
            async with asyncio.timeout(run.time_limit):
                await Follower(spider, collector, run, self._ask).follow()
        except TimeoutError:
            collector.fail(Problem(kind=IncidentKind.SLOW, evidence=f"The reading ended early: {OVERRAN}"))
        except MemoryError as error:
            if len(self.order.jobs) > 1:  # whose fault it is shows when each is read alone
                raise
            collector.fail(not_understood(job.url, error))
        except Exception as error:
            logger.exception("%s: its reading failed", job.source)
            words = f"The reading ended early: {in_a_line(error)}"
            collector.fail(Problem(kind=IncidentKind.STRUCTURE, evidence=words))
        return collector.reading(run, empty_is_fine=bool(spider and spider.empty_is_fine))

    async def _ask(self, request: Request) -> Response:
        """The answer, after redirects and what else the middlewares do. Raises what went wrong."""
        engine: Any = self.crawler.engine
        return cast(Response, await engine.download_async(request))


def crawl(channel: Channel, payload: str) -> None:
    """Read the sources that the order names and hand their Readings over, each when it is whole. Raises MemoryError."""
    order = CrawlOrder.model_validate_json(payload)
    first = order.jobs[0]
    settings = scrapy_settings(
        user_agent=first.user_agent,
        delay=first.download_delay,
        time_limit=order.time_limit,
        private=first.allow_private_addresses,
    )
    crawler = run_spider(Batch, settings, order=order, channel=channel)
    fault = cast(Batch, crawler.spider).fault
    if fault is not None:
        raise fault
