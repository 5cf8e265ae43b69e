"""The child's side of a replay: the kind's own callbacks over saved texts."""

import asyncio
from collections.abc import Iterable, Mapping
from hashlib import sha256

from scrapy.http import HtmlResponse, Request, TextResponse, XmlResponse

from spiders.base import SourceSpider, spider_for
from spiders.engine.channel import Channel
from spiders.engine.collect import Collector
from spiders.engine.replay import ReplayOrder
from spiders.engine.running import Run
from store.reading import SeenEntry, SeenPage

XML = ("<?xml", "<rss", "<feed", "<urlset", "<sitemapindex", "<rdf:")


def replay(channel: Channel, payload: str) -> None:
    """Run the kind over the order's pages and hand its Reading over."""
    order = ReplayOrder.model_validate_json(payload)
    spider = spider_for(order.job.kind)(order.job)
    collector = Collector(order.job)
    _follow(asyncio.run(_first(spider)), spider, order.bodies, collector)
    reading = collector.reading(Run(0), empty_is_fine=spider.empty_is_fine)
    channel.result(reading.model_dump_json())


async def _first(spider: SourceSpider) -> list[Request]:
    return [request async for request in spider.start()]


def _follow(requests: Iterable[Request], spider: SourceSpider, bodies: Mapping[str, str], collector: Collector) -> None:
    """Answer each request with its saved page, once; one that was not saved leaves its entry as listed."""
    waiting, asked = list(requests), set()
    while waiting:
        request = waiting.pop(0)
        page = request.meta.get("page", request.url)
        if page not in bodies:
            for value in request.cb_kwargs.values():
                if isinstance(value, SeenEntry):
                    collector.found(value)
            continue
        if page in asked:
            continue
        asked.add(page)
        response = answer(request, bodies[page])
        listing = bool(request.meta.get("listing", True))
        digest = sha256(bodies[page].encode()).hexdigest()
        collector.page(SeenPage(url=page, status=200, sha256=digest, listing=listing))
        callback = request.callback or spider.parse
        for item in callback(response, **request.cb_kwargs):
            if isinstance(item, Request):
                waiting.append(item)
            else:
                collector.found(item)


def answer(request: Request, body: str) -> TextResponse:
    """A saved text as the answer it once was."""
    begins = body.lstrip("\ufeff \r\n\t")[:200].lower()
    made = XmlResponse if begins.startswith(XML) else HtmlResponse if begins.startswith("<") else TextResponse
    response: TextResponse = made(request.url, body=body, encoding="utf-8", request=request)
    return response
