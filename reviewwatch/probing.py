"""`doctor --sources`: looks politely at every source of the catalogue, enabled or not, and proposes what to set.

Run it where there is internet. Nothing is stored; an administrator reads the report and imports the proposal.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from config.source_rows import SourceRow
from config.sources_toml import Catalogue, write_sources
from reviewwatch.holding import at_host
from reviewwatch.program import Program
from reviewwatch.work import HOSTS_AT_ONCE, Work
from spiders import trying
from spiders.proposing import Proposal
from spiders.trying import Look
from store import sources
from store.addresses import host_of
from store.database import reading
from store.reading import CrawlJob, Problem

REPORT, PROPOSAL = "sources-report.md", "sources-proposed.toml"
SECONDS = 300.0
"""For one source; a check reads a few pages only."""
EXAMPLES, LONGEST = 3, 80
BUSY = "not looked at: another process was reading this site"
Note = Callable[[str], None]


@dataclass(frozen=True)
class Probe:
    """What a look at one source showed. `entries` and `left_out` are None where nothing could be read."""

    row: SourceRow
    final_url: str = ""
    kind: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
    """Feeds and interfaces that the page names."""
    entries: int | None = None
    left_out: int | None = None
    problem: Problem | None = None
    examples: tuple[str, ...] = ()
    """Headings of the first entries."""

    @property
    def was_read(self) -> bool:
        """False when another process was at its host all the time."""
        return self.problem is not None or self.entries is not None

    @property
    def moved(self) -> bool:
        return bool(self.final_url) and self.final_url.rstrip("/") != self.row.url.rstrip("/")


def probe_all(program: Program, *, note: Note = lambda _name: None) -> list[Probe]:
    """Look at all sources: those of one host one after the other, several hosts at once."""
    with reading(program.engine) as session:
        rows = sources.export_catalogue(session).sources
        jobs = {
            source.name: sources.job_for(session, source, program.settings, now=program.now)
            for source in sources.all_sources(session)
        }
    rows = sorted(rows, key=lambda row: host_of(row.url))
    groups = [list(group) for _, group in groupby(rows, key=lambda row: host_of(row.url))]
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        done = list(pool.map(lambda group: _probe_host(program, group, jobs, note), groups))
    return sorted((one for group in done for one in group), key=lambda probe: probe.row.name)


def _probe_host(program: Program, rows: Sequence[SourceRow], jobs: dict[str, CrawlJob], note: Note) -> list[Probe]:
    work = Work(program.engine, program.files, program.settings, program.now, wait=SECONDS)
    found = []
    with at_host(work.engine, host_of(rows[0].url), wait=work.wait) as ours:
        for row in rows:
            found.append(probe(program, row, jobs[row.name]) if ours else Probe(row, reason=BUSY))
            note(row.name)
    return found


def probe(program: Program, row: SourceRow, job: CrawlJob) -> Probe:
    """One source: its page as it answers, then what its kind finds there."""
    look = trying.look(row.url, program.settings, now=program.now)
    time.sleep(program.settings.download_delay)  # two children of one host, one after the other (rule 10)
    proposal = trying.proposal_of(row.url, look)
    if look.problem:
        return _unread(row, look, proposal)
    found = trying.try_out(job.model_copy(update={"url": look.final_url or row.url}), seconds=SECONDS)
    time.sleep(program.settings.download_delay)
    return Probe(
        row,
        look.final_url,
        proposal.kind,
        proposal.reason,
        look.candidates,
        len(found.entries) if not found.problem else None,
        len(found.left_out) if not found.problem else None,
        found.problem,
        tuple(entry.heading for entry in found.entries[:EXAMPLES]),
    )


def _unread(row: SourceRow, look: Look, proposal: Proposal) -> Probe:
    return Probe(row, look.final_url, proposal.kind, proposal.reason, problem=look.problem)


def proposed(probe: Probe, day: str) -> SourceRow:
    """The row as it should be, as far as the look shows: where it is now, and on when something was found. Pure."""
    if not probe.was_read:
        return probe.row
    if probe.problem:
        note = f"Looked at on {day}: {probe.problem.kind.value}."
        return probe.row.model_copy(update={"note": _joined(probe.row.note, note)})
    url = probe.final_url if probe.moved else probe.row.url
    if probe.entries:
        return probe.row.model_copy(update={"url": url, "enabled": True})
    note = f"Looked at on {day}: nothing that looks like a review was found; {probe.kind} was proposed."
    return probe.row.model_copy(update={"url": url, "note": _joined(probe.row.note, note)})


def _joined(before: str | None, note: str) -> str:
    return f"{before or ''} {note}".strip()[-2000:]


def report(probes: Sequence[Probe], day: str) -> str:
    """A page for an administrator: the doubtful ones first."""
    lines = [
        f"# Sources, looked at on {day}",
        "",
        "| source | now | found | what to know |",
        "| --- | --- | --- | --- |",
    ]
    doubtful = sorted(probes, key=lambda one: (bool(one.entries) and not one.moved, one.row.name))
    return "\n".join([*lines, *(_line(one) for one in doubtful)]) + "\n"


def _line(one: Probe) -> str:
    words = [one.problem.evidence if one.problem else "", f"now at {one.final_url}" if one.moved else ""]
    words += [f"looks like `{one.kind}`: {one.reason}" if one.kind and one.kind != one.row.kind else ""]
    words += [one.reason] if not one.was_read else []
    words += [f"such as {'; '.join(text[:LONGEST] for text in one.examples)}"] if one.examples else []
    words += [f"also there: {', '.join(one.candidates)}" if one.candidates else ""]
    found = "not read" if one.entries is None else f"{one.entries} entries, {one.left_out} left out"
    told = "; ".join(filter(None, words)).replace("|", "/").replace("\n", " ")
    return f"| {one.row.name} | {'on' if one.row.enabled else 'off'} | {found} | {told} |"


def write(probes: Sequence[Probe], catalogue: Catalogue, folder: Path, day: str) -> list[Path]:
    """The report and the proposed sources.toml. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [proposed(one, day) for one in probes]
    files = {REPORT: report(probes, day), PROPOSAL: write_sources(catalogue.model_copy(update={"sources": rows}))}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]
