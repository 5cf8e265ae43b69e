"""Gathers what a kind finds into one Reading: whole, or with the problem for which it cannot be trusted (rule 1)."""

from typing import Any

from scrapy.http import Request, Response

from spiders.engine.running import Run, asked_page, final_url
from store.reading import CrawlJob, IncidentKind, LeftOut, Problem, Reading, SeenEntry, SeenPage

ENOUGH_TO_JUDGE = 3
"""From so many detail pages on, and half of the entries, all of them failing means that the source is broken."""

MOST_REQUESTS = 5000
"""A kind that asks for more is going round in circles."""


class Collector:
    """One run's findings."""

    def __init__(self, job: CrawlJob) -> None:
        self.job = job
        self._entries: dict[str, SeenEntry] = {}
        self._pages: list[SeenPage] = []
        self._left_out: list[LeftOut] = []
        self._problem: Problem | None = None
        self._failed_details: list[Problem] = []

    def found(self, item: Any) -> None:
        """Take one finding of a kind."""
        if isinstance(item, SeenEntry):
            before = self._entries.get(item.key)
            self._entries[item.key] = joined(before, item) if before else item
        elif isinstance(item, LeftOut):
            self._left_out.append(item)
        elif isinstance(item, Problem):
            self.fail(item)
        else:
            self.fail(Problem(kind=IncidentKind.STRUCTURE, evidence=f"The kind yielded a {type(item).__name__}."))

    def page(self, page: SeenPage) -> None:
        """Note a page that was read or is as before."""
        self._pages.append(page)

    def fail(self, problem: Problem) -> None:
        """The reading cannot be trusted; the first reason stays."""
        self._problem = self._problem or problem

    def page_failed(self, request: Request, problem: Problem, response: Response | None) -> None:
        """A page could not be read: a listing fails the reading, a detail page leaves its entry as listed."""
        if request.meta.get("listing", True):
            self.fail(problem)
            return
        if response is not None:
            final = final_url(request, response)
            self.page(SeenPage(url=asked_page(request), status=response.status, final_url=final, listing=False))
        self._detail_failed(request, problem)

    def callback_failed(self, request: Request | None, error: Exception) -> None:
        """A kind's own code raised; `request`: what it had asked for, None when it had not begun."""
        problem = not_understood(request.url if request else self.job.url, error)
        if request is not None and not request.meta.get("listing", True):
            self._detail_failed(request, problem)
        else:
            self.fail(problem)

    def reading(self, run: Run, *, empty_is_fine: bool) -> Reading:
        """The whole reading, or one that holds nothing but its problem and what the run counted."""
        problem = self._with_page(self._problem or self._hidden_problem())
        whole = {} if problem else self._findings()
        return Reading(
            source=self.job.source,
            problem=problem,
            robots=tuple(run.robots.values()),
            requests=run.requests,
            received=run.received,
            seconds=round(run.time_limit - run.seconds_left, 3),
            empty_is_fine=empty_is_fine and problem is None,
            **whole,
        )

    def _findings(self) -> dict[str, Any]:
        return {
            "entries": tuple(self._entries.values()),
            "pages": tuple(self._pages),
            "left_out": tuple(self._left_out),
        }

    def _with_page(self, problem: Problem | None) -> Problem | None:
        """What a kind itself complains of is on the page that was read last."""
        last = next((page for page in reversed(self._pages) if page.body), None)
        if problem is None or problem.body or last is None:
            return problem
        return problem.model_copy(update={"url": last.final_url or last.url, "body": last.body})

    def _hidden_problem(self) -> Problem | None:
        """What only the whole run shows."""
        details = sum(not page.listing for page in self._pages if page.status in {200, 304})
        enough = max(ENOUGH_TO_JUDGE, len(self._entries) // 2)
        if len(self._failed_details) >= enough and not details:
            first = self._failed_details[0]
            return first.model_copy(update={"evidence": f"All detail pages failed. The first: {first.evidence}"})
        if not self._pages and not self._entries:
            return Problem(kind=IncidentKind.STRUCTURE, evidence=f"{self.job.url}: no page was read.")
        return None

    def _detail_failed(self, request: Request, problem: Problem) -> None:
        self._failed_details.append(problem)
        for value in request.cb_kwargs.values():
            if isinstance(value, SeenEntry):
                flag = f"its own page could not be read: {problem.evidence}"
                self.found(value.model_copy(update={"flags": (*value.flags, flag)}))

    def is_full(self, requests: int) -> bool:
        """Whether the run has asked for so much that it must be going round in circles; the reading fails then."""
        if requests < MOST_REQUESTS:
            return False
        self.fail(
            Problem(kind=IncidentKind.LARGE, evidence=f"{self.job.url} led to more than {MOST_REQUESTS} requests.")
        )
        return True


def not_understood(url: str, error: BaseException | None) -> Problem:
    """The problem of a page with which a kind could not cope."""
    kind = IncidentKind.LARGE if isinstance(error, MemoryError) else IncidentKind.STRUCTURE
    words = f"{url} could not be understood ({type(error).__name__}: {str(error)[:300]})."
    return Problem(kind=kind, evidence=words)


def joined(first: SeenEntry, second: SeenEntry) -> SeenEntry:
    """One entry of two with the same key: the first one's words, what only the second has, the documents of both."""
    documents = {document.url: document for document in (*second.documents, *first.documents)}
    ordered = dict.fromkeys(document.url for document in (*first.documents, *second.documents))
    missing = {
        name: getattr(second, name)
        for name in SeenEntry.model_fields
        if not getattr(first, name) and getattr(second, name)
    }
    return first.model_copy(
        update={
            **missing,
            "documents": tuple(documents[url] for url in ordered),
            "labels": {**second.labels, **first.labels},
            "flags": tuple(dict.fromkeys((*first.flags, *second.flags))),
        }
    )
