"""The child's side of fetching documents."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders.engine import media
from spiders.engine.addresses import refusal, refused
from spiders.engine.channel import Channel
from spiders.engine.conditional import validators
from spiders.engine.fetch import FetchOrder
from spiders.engine.problems import bad_status, header, moved, problem_of_failure, soft_404
from spiders.engine.running import Run, final_url, run_spider
from spiders.engine.settings import scrapy_settings
from store.reading import Fetched, FetchJob, FetchRequest, FetchResult, IncidentKind, Problem


class CannotWrite(Exception):
    """A document cannot be written to the job's folder: our own fault, not the site's."""


class DocumentSpider(scrapy.Spider):
    """Asks for one document after the other and hands each over at once."""

    name = "documents"

    def __init__(self, job: FetchJob, channel: Channel, run: Run, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.job = job
        self.run = run
        self.channel = channel
        self.fault: OSError | None = None

    async def start(self) -> AsyncIterator[Request]:
        for wanted in self.job.requests:
            if reason := refusal(wanted.url, private=self.job.allow_private_addresses):
                self._hand_over(_failed(wanted, refused(wanted.url, reason)))
            else:
                yield self._request(wanted)

    def _request(self, wanted: FetchRequest) -> Request:
        return Request(
            wanted.url,
            headers={"Accept": "*/*", **validators(wanted.etag, wanted.last_modified)},
            callback=self.answered,
            errback=self.failed,
            meta={"wanted": wanted, "run": self.run},
            dont_filter=True,
        )

    def answered(self, response: Response) -> None:
        wanted: FetchRequest = response.meta["wanted"]
        fetched = fetched_from(wanted, response)
        if fetched.status == 200 and fetched.problem is None:
            path = Path(self.job.folder) / str(wanted.document)
            try:
                path.write_bytes(response.body)
            except OSError as error:
                self.fault = error
                raise scrapy.exceptions.CloseSpider("cannot write") from error
            fetched = fetched.model_copy(update={"path": str(path)})
        self._hand_over(fetched)

    def failed(self, failure: Failure) -> None:
        wanted: FetchRequest = cast("Request", failure.request).meta["wanted"]  # type: ignore[attr-defined]
        self._hand_over(_failed(wanted, problem_of_failure(failure, wanted.url)))

    def _hand_over(self, fetched: Fetched) -> None:
        self.channel.result(FetchResult(fetched=(fetched,)).model_dump_json())


def fetch(channel: Channel, payload: str) -> None:
    """Fetch the documents of the order, handing over one result for each. Raises CannotWrite."""
    order = FetchOrder.model_validate_json(payload)
    job = order.job
    settings = scrapy_settings(
        user_agent=job.user_agent,
        delay=job.download_delay,
        time_limit=order.time_limit,
        documents=True,
        private=job.allow_private_addresses,
    )
    run = Run(order.time_limit)
    crawler = run_spider(DocumentSpider, settings, job=job, channel=channel, run=run)
    channel.result(FetchResult(robots=tuple(run.robots.values())).model_dump_json())
    fault = cast("DocumentSpider", crawler.spider).fault
    if fault is not None:
        raise CannotWrite(f"{job.folder}: {fault.strerror}")


def fetched_from(wanted: FetchRequest, response: Response) -> Fetched:
    """What an answer to a request for a document means; `path` is not set yet."""
    found = media.media_type(response.body, header(response, "Content-Type")) if response.body else ""
    return Fetched(
        document=wanted.document,
        url=wanted.url,
        final_url=final_url(response.request, response) if response.request else "",
        status=response.status,
        sha256=sha256(response.body).hexdigest() if response.status == 200 else "",
        size=len(response.body) if response.status == 200 else 0,
        media_type=found if response.status == 200 else "",
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        file_name=media.file_name(header(response, "Content-Disposition"), response.url),
        problem=document_problem(wanted.url, response, found),
    )


def document_problem(url: str, response: Response, found: str) -> Problem | None:
    """Why an answer is not the document that was asked for. 304, 404 and 410 speak for themselves: no problem."""
    if response.status in {304, 404, 410}:
        return None
    if problem := bad_status(response, url) or moved(response, url):
        return problem
    if not response.body:
        return Problem(kind=IncidentKind.EMPTY, evidence=f"{url} answered 200 with an empty file.")
    if found == media.HTML and (problem := soft_404(response, url)):
        return problem
    if found == media.HTML and media.expects_file(url):
        evidence = f"{url} answered 200 with a web page where a file was expected."
        return Problem(kind=IncidentKind.WRONG_TYPE, evidence=evidence)
    return None


def _failed(wanted: FetchRequest, problem: Problem) -> Fetched:
    return Fetched(document=wanted.document, url=wanted.url, problem=problem)
