"""robots.txt (RFC 9309) and Crawl-delay, obeyed (rule 10).

Own part instead of Scrapy's, which reads on when robots.txt cannot be read and forgets it after the run.
"""

import asyncio
from collections import defaultdict
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse

from spiders.engine.problems import PageFailed, header, problem_of_error
from spiders.engine.running import Run, job_of, run_of
from spiders.engine.settings import STRETCH
from store.reading import IncidentKind, Problem, RobotsState

LARGEST = 512 * 1024
"""Bytes of a robots.txt that are read, as RFC 9309 asks for at least (500 KiB)."""


class RobotsMiddleware:
    """Asks each host's robots.txt once, unless the job brings one that is fresh; an old one only if it has changed."""

    def __init__(self, crawler: Crawler) -> None:
        job = job_of(crawler)
        self.crawler = crawler
        self.agent = job.user_agent.partition("/")[0]
        self.given = {state.host: state for state in job.robots}
        self.rules: dict[str, Protego] = {}
        self.asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        rules = await self._rules_for(request.url, run_of(request))
        if not rules.can_fetch(request.url, self.agent):
            evidence = f"{request.url} may not be read: the site's robots.txt forbids it."
            raise PageFailed(Problem(kind=IncidentKind.ROBOTS, evidence=evidence))

    async def _rules_for(self, url: str, run: Run) -> Protego:
        parts = urlsplit(url)
        host = parts.netloc.lower()  # with its port, if one is named
        async with self.asking[host]:
            if host not in self.rules:
                state = self.given.get(host)
                if state is None or not state.fresh:
                    state = await self._ask(f"{parts.scheme}://{parts.netloc}/robots.txt", host, run)
                self.rules[host] = Protego.parse(state.text)
                self._obey_delay(parts.hostname or "", self.rules[host].crawl_delay(self.agent))
        return self.rules[host]

    async def _ask(self, url: str, host: str, run: Run) -> RobotsState:
        known = self.given.get(host)
        meta = {"robots": True, "download_maxsize": LARGEST, "run": run}
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        request = Request(url, headers=headers, meta=meta, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever it is, nothing else may be asked now
            raise _unread(url, problem_of_error(error, url)) from error
        as_before = response.status == 304
        if response.status == 429 or response.status >= 500 or (as_before and not headers):
            words = f"{url} answered {response.status}."
            raise _unread(url, Problem(kind=IncidentKind.SERVER_ERROR, evidence=words))
        state = known.model_copy(update={"fresh": True}) if as_before and known else state_of(host, response)
        run.robots[host] = state
        return state

    def _obey_delay(self, slot: str, delay: float | None) -> None:
        """A site may ask for a longer gap than ours: set for an open download slot, and for one opened later."""
        if not delay:
            return
        downloader = self.crawler.engine.downloader
        delay = max(delay * STRETCH, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[slot] = {"delay": delay}
        if slot in downloader.slots:
            downloader.slots[slot].delay = delay


def state_of(host: str, response: Response) -> RobotsState:
    """What an answer to a request for robots.txt means: the rules, or (any 4xx) that there are none."""
    text = response.text if response.status == 200 and isinstance(response, TextResponse) else ""
    return RobotsState(host=host, text=text, status=response.status, etag=header(response, "ETag"))


def _unread(url: str, problem: Problem) -> PageFailed:
    words = f"robots.txt could not be read, so nothing else was asked for. {problem.evidence}"
    return PageFailed(problem.model_copy(update={"evidence": words}))
