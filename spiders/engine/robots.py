"""robots.txt (RFC 9309) and Crawl-delay, obeyed (rule 10).

Own part instead of Scrapy's, which reads on when robots.txt cannot be read and forgets it after the run.
"""

from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse

from spiders.engine.problems import PageFailed, header, problem_of_error
from spiders.engine.running import job_of
from spiders.engine.settings import STRETCH
from store.reading import IncidentKind, Problem, RobotsState

LARGEST = 512 * 1024
"""Bytes of a robots.txt that are read, as RFC 9309 asks for at least (500 KiB)."""


class RobotsMiddleware:
    """Asks each host's robots.txt once, unless the job brings it."""

    def __init__(self, crawler: Crawler) -> None:
        job = job_of(crawler)
        self.crawler = crawler
        self.agent = job.user_agent.partition("/")[0]
        self.given = {state.host: state for state in job.robots}
        self.read: dict[str, RobotsState] = {}
        self.rules: dict[str, Protego] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        rules = await self._rules_for(request.url)
        if not rules.can_fetch(request.url, self.agent):
            evidence = f"{request.url} may not be read: the site's robots.txt forbids it."
            raise PageFailed(Problem(kind=IncidentKind.ROBOTS, evidence=evidence))

    async def _rules_for(self, url: str) -> Protego:
        parts = urlsplit(url)
        host = parts.netloc.lower()  # with its port, if one is named
        if host not in self.rules:
            state = self.given.get(host) or await self._ask(f"{parts.scheme}://{parts.netloc}/robots.txt", host)
            self.rules[host] = Protego.parse(state.text)
            self._obey_delay(parts.hostname or "", self.rules[host].crawl_delay(self.agent))
        return self.rules[host]

    async def _ask(self, url: str, host: str) -> RobotsState:
        request = Request(url, meta={"robots": True, "plain": True, "download_maxsize": LARGEST}, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever it is, nothing else may be asked now
            raise _unread(url, problem_of_error(error, url)) from error
        if response.status == 429 or response.status >= 500:
            words = f"{url} answered {response.status}."
            raise _unread(url, Problem(kind=IncidentKind.SERVER_ERROR, evidence=words))
        state = state_of(host, response)
        self.read[host] = state
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
