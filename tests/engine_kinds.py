"""Small source kinds for the engine's tests; `spider_for` is what the engine calls in the child process."""

import os
import signal
from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from spiders.base import Found, SourceSpider
from store.reading import LeftOut, SeenDocument, SeenEntry


class Links(SourceSpider):
    """Every link of a list is an entry; one whose text begins with 'Detail' has a page of its own; 'Next' is a list."""

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        for link in response.css("a"):
            url = response.urljoin(link.attrib["href"])
            text = link.css("::text").get("")
            entry = SeenEntry(key=text.split(":")[0], url=url, heading=text, page=response.meta["page"])
            if text == "Next":
                yield self.page(url, self.parse)
            elif text.startswith("Detail"):
                yield self.page(url, self.parse_detail, listing=False, entry=entry)
            else:
                yield entry.model_copy(update={"documents": (SeenDocument(url=url),)})
        for text in response.css("li.other::text").getall():
            yield LeftOut(text=text, reason="no link")
        self.empty_is_fine = "no reviews at present" in response.text

    def parse_detail(self, response: Response, entry: SeenEntry) -> Iterator[Found]:
        yield entry.model_copy(update={"title": response.css("h1::text").get(""), "detail_page": response.url})

    def unchanged(self, url: str) -> Iterator[Found]:
        for entry in self.job.entries:
            if entry.page == url and entry.recheck:
                yield self.page(entry.detail_page, self.parse_recheck, listing=False, key=entry.key)

    def parse_recheck(self, response: Response, key: str) -> Iterator[Found]:
        yield SeenEntry(
            key=key, url=response.url, heading=key, page=self.job.url, title=response.css("h1::text").get("")
        )


class Raising(Links):
    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        yield SeenEntry(key="one", url=response.url, heading="One", page=response.url)
        raise KeyError("no heading")


class Killed(Links):
    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield from ()


class Endless(Links):
    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        while True:
            pass
        yield from ()


class Greedy(Links):
    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        held = bytearray(4 * 1024**3)
        yield LeftOut(text=str(len(held)), reason="never comes")


KINDS: dict[str, type[SourceSpider]] = {
    "links": Links,
    "raising": Raising,
    "killed": Killed,
    "endless": Endless,
    "greedy": Greedy,
}


def spider_for(kind: str) -> type[SourceSpider]:
    return KINDS[kind]
