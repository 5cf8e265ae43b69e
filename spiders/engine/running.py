"""Running one Scrapy spider in this process, once; and what the parts of a run ask of it."""

import logging
from typing import Any, Protocol, cast

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Request, Response

from store.reading import RobotsState


class Job(Protocol):
    """What crawl and fetch jobs have in common."""

    @property
    def robots(self) -> tuple[RobotsState, ...]: ...
    @property
    def user_agent(self) -> str: ...


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


def job_of(crawler: Crawler) -> Job:
    """The job of the spider that this crawler runs."""
    return cast(Job, getattr(crawler.spider, "job", None))


def asked_page(request: Request) -> str:
    """The watched page that a request is for."""
    return str(request.meta.get("page", request.url))


def final_url(request: Request, response: Response) -> str:
    """Where redirects led to; empty when there was none."""
    return response.url if "redirect_urls" in request.meta else ""


def asked_first(request: Request) -> str:
    """The address that was asked for before any redirect."""
    return str(request.meta.get("redirect_urls", [request.url])[0])
