"""What all source kinds share. A kind is one module with one class called `Kind`."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar

import scrapy
from pydantic import BaseModel, ConfigDict
from scrapy.http import Request, Response

from store.reading import CrawlJob, LeftOut, Problem, SeenEntry

Found = SeenEntry | LeftOut | Problem | Request

NOT_A_KIND = {"base", "proposing", "trying"}


class Options(BaseModel):
    """The options of a kind: what an administrator may set in `[source.options]`; the web form is made from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SourceSpider(scrapy.Spider):
    """Reads one source once. Sub-classes say how to read a page; they neither store nor decide what is new."""

    name = "source"
    OptionsModel: ClassVar[type[Options]] = Options
    empty_is_fine = False
    """A kind sets it when the page says itself that there are no reviews at present."""

    def __init__(self, job: CrawlJob, **kwargs: Any) -> None:
        super().__init__(name=job.source, **kwargs)
        self.job = job
        self.options = self.OptionsModel.model_validate(job.options)

    async def start(self) -> AsyncIterator[Request]:
        yield self.page(self.job.url, self.parse)

    def page(
        self, url: str, callback: Callable[..., Iterator[Found]], *, listing: bool = True, **arguments: Any
    ) -> Request:
        """A request for a watched page: conditional, noted as a SeenPage. When it is as before, nothing is called back.

        `listing`: entries that the page listed before and lists no more are missing. False: a page about one entry.
        """
        return Request(
            url, callback=callback, cb_kwargs=arguments, meta={"page": url, "listing": listing}, dont_filter=True
        )

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """What the source's own page says."""
        raise NotImplementedError

    def unchanged(self, url: str) -> Iterator[Found]:
        """What to ask for though the page `url` is as before: by default nothing."""
        yield from ()


@cache
def kinds() -> tuple[str, ...]:
    """The names of all source kinds: the modules of this package that are kinds."""
    package = import_module("spiders")
    return tuple(sorted(m.name for m in iter_modules(package.__path__) if not m.ispkg and m.name not in NOT_A_KIND))


def spider_for(kind: str) -> type[SourceSpider]:
    """The spider class of a kind. Raises LookupError for a kind that does not exist."""
    if kind not in kinds():
        raise LookupError(f"no source kind is called {kind!r}; there are {', '.join(kinds())}")
    found: type[SourceSpider] = import_module(f"spiders.{kind}").Kind
    return found
