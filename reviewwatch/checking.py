"""`sources check`: a source or any address, read without storing anything."""

import re
from dataclasses import dataclass
from typing import Any

from config.source_rows import SourceRow
from config.sources_toml import Catalogue, write_sources
from reviewwatch.output import clean, table
from reviewwatch.program import Program
from spiders import trying
from store import sources
from store.database import reading
from store.reading import CrawlJob, Reading, SeenEntry

SHOWN = 20
PROBLEM = {"kind", "evidence"}
DATE_FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True)
class Checked:
    """A reading that was not stored, and for an unknown address the kind that was tried and why."""

    name: str
    kind: str
    url: str
    reading: Reading
    job: CrawlJob
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.name,
            "kind": self.kind,
            "url": self.url,
            "reason": self.reason,
            "entries": [entry_row(entry) for entry in self.reading.entries],
            "left_out": [one.model_dump() for one in self.reading.left_out],
            "problem": self.reading.problem.model_dump(mode="json", include=PROBLEM) if self.reading.problem else None,
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
        if len(read.left_out) > SHOWN:
            lines.append(f"and {len(read.left_out) - SHOWN} more left out; --json shows all")
        return "\n".join(lines)

    def block(self) -> str:
        """A [[source]] for a sources.toml; the publisher's id is to be filled in."""
        row = SourceRow(name=self.name, publisher="the-publishers-id", kind=self.kind, url=self.url)
        return write_sources(Catalogue(sources=[row])).rstrip("\n")


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
    """Read a known source, or an address of which the kind is proposed. Raises UnknownName and TryError."""
    if re.match(r"[a-z][a-z+.-]*:", name_or_url, re.IGNORECASE):
        return _check_address(program, name_or_url)
    with reading(program.engine) as session:
        source = sources.by_name(session, name_or_url)
        job = sources.job_for(session, source, program.settings, now=program.now)
    return Checked(source.name, source.kind, source.url, trying.try_out(job), job)


def _check_address(program: Program, url: str) -> Checked:
    proposal = trying.kind_for(url, program.settings, now=program.now)
    job = trying.job_for(proposal.url, proposal.kind, program.settings, now=program.now)
    return Checked(job.source, job.kind, job.url, trying.try_out(job), job, proposal.reason)
