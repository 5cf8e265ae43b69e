"""An address tried out: the kind that fits it, and what it would bring, with nothing stored."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from config.settings import Settings
from spiders.base import kinds
from spiders.engine import crawl, fetch
from spiders.proposing import Proposal, candidates_in, propose
from store.reading import CrawlJob, FetchJob, FetchRequest, IncidentKind, Problem, Reading

LARGEST_PAGE = 5_000_000
SECONDS = 120


class TryError(ValueError):
    """What was asked for cannot be read at all; the text says what to do."""


def name_for(url: str) -> str:
    """A name for a source at this address, from its host."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").lower()
    return re.sub(r"[^a-z0-9]+", "-", host).strip("-")


def kind_for(url: str, settings: Settings, *, now: datetime) -> Proposal:
    """The proposal for what the address answers; a kind that is not built gives way to `listing`. Raises TryError."""
    _check(url)
    proposal = propose(url)
    if proposal.kind == "listing":
        proposal = _by_answer(url, settings, now)
    if proposal.kind in kinds():
        return proposal
    return Proposal("listing", url, f"{proposal.reason}; it is read as a page")


def job_for(
    url: str,
    kind: str,
    settings: Settings,
    *,
    now: datetime,
    options: Mapping[str, object] | None = None,
    areas: Mapping[str, str] | None = None,
) -> CrawlJob:
    """The job of a source that is not stored."""
    return CrawlJob(
        source=name_for(url),
        kind=kind,
        url=url,
        options=dict(options or {}),
        areas=dict(areas or {}),
        user_agent=settings.user_agent,
        download_delay=settings.download_delay,
        allow_private_addresses=settings.allow_private_addresses,
        now=now,
    )


def try_out(job: CrawlJob, *, seconds: float = 600) -> Reading:
    """What a first reading would find: nothing is known, nothing is stored. Raises TryError."""
    _check(job.url)
    return crawl.read(job.model_copy(update={"check": True, "pages": (), "entries": ()}), time_limit=seconds)


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits:
        raise TryError(f"{url!r} is no address of a page: it begins with https:// or http://")


def _by_answer(url: str, settings: Settings, now: datetime) -> Proposal:
    return proposal_of(url, look(url, settings, now=now))


@dataclass(frozen=True)
class Look:
    """What an address answers. `candidates`: feeds and interfaces that its page names."""

    final_url: str = ""
    media_type: str = ""
    body: str = ""
    candidates: tuple[str, ...] = ()
    problem: Problem | None = None


def look(url: str, settings: Settings, *, now: datetime) -> Look:
    """Ask for an address once, by the rules for every request. Raises TryError."""
    _check(url)
    with tempfile.TemporaryDirectory(prefix="reviewwatch-") as folder:
        job = FetchJob(
            requests=(FetchRequest(document=0, url=url),),
            folder=folder,
            user_agent=settings.user_agent,
            download_delay=0,
            allow_private_addresses=settings.allow_private_addresses,
            now=now,
        )
        answer = fetch.fetch(job, time_limit=SECONDS).fetched[0]
        if not answer.path:
            words = f"{url} answered {answer.status}."
            problem = answer.problem or Problem(kind=IncidentKind.MOVED, evidence=words)
            return Look(answer.final_url, problem=problem)
        with (Path(folder) / answer.path).open("rb") as file:
            body = file.read(LARGEST_PAGE).decode("utf-8", "replace")
    return Look(answer.final_url, answer.media_type, body, candidates_in(answer.final_url or url, body))


def proposal_of(url: str, seen: Look) -> Proposal:
    """The kind for an address that answered like this."""
    return propose(seen.final_url or url, media_type=seen.media_type, body=seen.body) if seen.body else propose(url)
