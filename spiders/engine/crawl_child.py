"""The child's side of reading a source."""

from importlib import import_module

from spiders.engine.channel import Channel
from spiders.engine.collect import Collector
from spiders.engine.crawl import CrawlOrder
from spiders.engine.robots import RobotsMiddleware
from spiders.engine.running import run_spider
from spiders.engine.settings import scrapy_settings


def crawl(channel: Channel, payload: str) -> None:
    """Run the kind that the order names and hand its Reading over."""
    order = CrawlOrder.model_validate_json(payload)
    job = order.job
    settings = scrapy_settings(
        user_agent=job.user_agent,
        delay=job.download_delay,
        time_limit=order.time_limit,
        private=job.allow_private_addresses,
    )
    settings["EXTENSIONS"] = {Collector: 0}
    crawler = run_spider(import_module(order.kinds).spider_for(job.kind), settings, job=job)
    collector = crawler.get_extension(Collector)
    robots = crawler.get_downloader_middleware(RobotsMiddleware)
    if collector is None or robots is None:
        raise LookupError("the run ended before it began")
    empty_is_fine = bool(getattr(crawler.spider, "empty_is_fine", False))
    reading = collector.reading(tuple(robots.read.values()), empty_is_fine=empty_is_fine)
    channel.result(reading.model_dump_json())
