"""Running one Scrapy spider in this process, once; and what the parts of a run ask of it."""

import logging
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, cast

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Request, Response
from scrapy.http.cookies import CookieJar

from store.reading import RobotsState


class Job(Protocol):
    """What the middlewares ask of a spider's `job`."""

    @property
    def robots(self) -> tuple[RobotsState, ...]: ...
    @property
    def user_agent(self) -> str: ...


@dataclass
class Run:
    """What belongs to the reading of one source, however many share the process. Each request bears it in its `meta`.

    `time_limit` in seconds from now.
    """

    time_limit: float
    started: float = field(default_factory=monotonic)
    cookies: CookieJar = field(default_factory=CookieJar)
    robots: dict[str, RobotsState] = field(default_factory=dict)
    """What was read of robots.txt, by host."""
    requests: int = 0
    received: int = 0
    """Bytes of bodies, as they came."""

    @property
    def seconds_left(self) -> float:
        return self.time_limit - (monotonic() - self.started)


class Counter:
    """Counts each request that is sent, and the bytes of its answer: next to the network."""

    def process_request(self, request: Request) -> None:
        run_of(request).requests += 1

    def process_response(self, request: Request, response: Response) -> Response:
        run_of(request).received += len(response.body)
        return response


def run_spider(spider: type[scrapy.Spider], settings: dict[str, Any], **arguments: Any) -> Crawler:
    """Run a spider to its end; returns its crawler, whose parts hold the results. Raises what the start-up raised.

    Twisted's reactor starts once per process: call it once, in a child process.
    """
    process = AsyncCrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.ERROR)  # what it warns of, we report as problems
    crawler = process.create_crawler(spider)
    run = process.crawl(crawler, **arguments)
    process.start(install_signal_handlers=False)
    run.result()
    return crawler


def run_of(request: Request) -> Run:
    """The run that a request belongs to."""
    return cast(Run, request.meta["run"])


def job_of(crawler: Crawler) -> Job:
    """The job of the spider that this crawler runs."""
    return cast(Job, getattr(crawler.spider, "job", None))


def asked_page(request: Request) -> str:
    """The watched page that a request is for."""
    return str(request.meta.get("page", request.url))


def final_url(request: Request, response: Response) -> str:
    """Where redirects led to; empty when there was none."""
    return response.url if "redirect_urls" in request.meta else ""
