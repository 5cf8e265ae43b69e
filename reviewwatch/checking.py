"""`sources check`: a source or any address, read without storing anything."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.source_rows import SourceRow
from config.sources_toml import Catalogue, write_sources
from reviewwatch.output import clean, table
from reviewwatch.program import Program
from spiders.base import kinds
from spiders.engine import crawl, fetch
from spiders.proposing import Proposal, propose
from store import sources
from store.database import reading
from store.reading import CrawlJob, FetchJob, FetchRequest, Reading, SeenEntry

SHOWN = 20
LARGEST_PAGE = 5_000_000


class CheckError(ValueError):
    """What was asked for cannot be read at all; the text says what to do."""


@dataclass(frozen=True)
class Checked:
    """A reading that was not stored, and for an unknown address the kind that was tried and why."""

    name: str
    kind: str
    url: str
    reading: Reading
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.name,
            "kind": self.kind,
            "url": self.url,
            "reason": self.reason,
            "entries": [entry_row(entry) for entry in self.reading.entries],
            "left_out": [one.model_dump() for one in self.reading.left_out],
            "problem": self.reading.problem.model_dump(mode="json") if self.reading.problem else None,
            "requests": self.reading.requests,
            "seconds": round(self.reading.seconds, 2),
        }

    def as_text(self) -> str:
        """The entries as a table, what was left out and why, and what went wrong."""
        read = self.reading
        lines = [f"{self.kind} at {self.url}" + (f": {self.reason}" if self.reason else "")]
        if read.problem:
            lines.append(f"Problem ({read.problem.kind.value}): {clean(read.problem.evidence)}")
        documents = sum(len(entry.documents) for entry in read.entries)
        lines.append(
            f"{len(read.entries)} entries with {documents} documents, {len(read.left_out)} left out, "
            f"{read.requests} requests, {read.seconds:.1f} seconds"
        )
        if read.entries:
            lines += ["", table([entry_row(entry) | {"flags": entry.flags} for entry in read.entries[:SHOWN]])]
        if len(read.entries) > SHOWN:
            lines.append(f"and {len(read.entries) - SHOWN} more")
        lines += [f"left out: {clean(one.text)[:80]} ({clean(one.reason)})" for one in read.left_out[:SHOWN]]
        return "\n".join(lines)

    def block(self) -> str:
        """A [[source]] for a sources.toml; the publisher's id is to be filled in."""
        row = SourceRow(name=self.name, publisher="the-publishers-id", kind=self.kind, url=self.url)
        return write_sources(Catalogue(sources=[row])).rstrip("\n")


DATE_FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def entry_row(entry: SeenEntry) -> dict[str, Any]:
    """What is shown of an entry; a date only as far as it is stated (rule 9)."""
    stated = entry.published
    return {
        "kind": entry.kind.value,
        "published": stated.day.strftime(DATE_FORMS[stated.precision.value]) if stated else None,
        "area": entry.area,
        "documents": len(entry.documents),
        "heading": entry.heading,
    }


def check(program: Program, name_or_url: str) -> Checked:
    """Read a known source, or an address of which the kind is proposed. Raises UnknownName and CheckError."""
    if "://" in name_or_url:
        return _check_address(program, name_or_url)
    with reading(program.engine) as session:
        source = sources.by_name(session, name_or_url)
        job = sources.job_for(session, source, program.settings, now=program.now)
    # as at the first reading: no validators, nothing known
    found = crawl.read(job.model_copy(update={"check": True, "pages": (), "entries": ()}))
    return Checked(source.name, source.kind, source.url, found)


def _check_address(program: Program, url: str) -> Checked:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CheckError(f"{url!r} is no address of a page: it begins with https:// or http://")
    proposal = _proposed(program, url)
    name = re.sub(r"[^a-z0-9]+", "-", parts.hostname.removeprefix("www.").lower()).strip("-")
    job = CrawlJob(
        source=name,
        kind=proposal.kind,
        url=proposal.url,
        user_agent=program.settings.user_agent,
        download_delay=program.settings.download_delay,
        allow_private_addresses=program.settings.allow_private_addresses,
        now=program.now,
        check=True,
    )
    return Checked(name, proposal.kind, proposal.url, crawl.read(job), proposal.reason)


def _proposed(program: Program, url: str) -> Proposal:
    """The proposal for what the address answers; a kind that is not built yet gives way to `listing`."""
    proposal = propose(url)
    if proposal.kind == "listing":
        proposal = _proposed_by_answer(program, url)
    if proposal.kind in kinds():
        return proposal
    return Proposal("listing", url, f"{proposal.reason}; it is read as a page")


def _proposed_by_answer(program: Program, url: str) -> Proposal:
    with tempfile.TemporaryDirectory(prefix="reviewwatch-") as folder:
        job = FetchJob(
            requests=(FetchRequest(document=0, url=url),),
            folder=folder,
            user_agent=program.settings.user_agent,
            download_delay=0,
            allow_private_addresses=program.settings.allow_private_addresses,
            now=program.now,
        )
        answer = fetch.fetch(job, time_limit=120).fetched[0]
        if not answer.path:
            return propose(url)
        with (Path(folder) / answer.path).open("rb") as file:
            body = file.read(LARGEST_PAGE).decode("utf-8", "replace")
    return propose(answer.final_url or url, media_type=answer.media_type, body=body)
