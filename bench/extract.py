"""Text by page: our isolated, limited reader beside a bare pypdfium2 loop, pypdf and pdfminer (performance.md, P1-P4).

The reports are made by reportlab with known words, running heads and page numbers. Peers take part where they are
installed; ours alone drops running heads, as search and matching do.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from os import getloadavg, sysconf
from pathlib import Path
from random import Random
from time import process_time

import pypdfium2

from bench.timing import alternately, ratios
from samples.pdf import Sheet, make_pdf
from store.running_heads import without_running_heads
from store.text import DOCUMENTS, Extractor
from tests.corpus import Writer

OURS = "ours: a child with limits, page rows"
RUN = 5
_PDF = "application/pdf"


def run(quick: bool) -> list[str]:
    count, rounds, many = (4, 1, 40) if quick else (20, 5, 1000)
    with tempfile.TemporaryDirectory(prefix="reviewwatch-bench-") as folder:
        known = _reports(Path(folder), count)
        return [
            *_speed(list(known), rounds),
            *_workers(list(known), rounds),
            *_truth(known),
            *_memory(list(known), many),
        ]


def _reports(folder: Path, count: int) -> dict[Path, list[str]]:
    """Files of 30 to 50 pages, and the words that were printed in each, without heads and numbers of pages."""
    writer = Writer(Random(6))
    found = {}
    for number in range(count):
        sheets = [_sheet(writer, page) for page in range(writer.chance.randint(30, 50))]
        path = folder / f"{number}.pdf"
        path.write_bytes(make_pdf(sheets, f"Report number {number}"))
        found[path] = [word for sheet in sheets for text in (sheet.heading, *sheet.paragraphs) for word in text.split()]
    return found


def _sheet(writer: Writer, page: int) -> Sheet:
    return Sheet(f"Part {page} {writer.sentence()[:30]}", tuple(" ".join(writer.sentences(70)) for _ in range(5)))


# --- P1, P2 -----------------------------------------------------------------------------------------------------------


def _speed(paths: Sequence[Path], rounds: int) -> Iterator[str]:
    with Extractor(documents=100_000) as extractor:
        pages = sum(len(extractor.extract(path, _PDF).pages) for path in paths)
        ways: dict[str, Callable[[], object]] = {
            OURS: lambda: [extractor.extract(path, _PDF) for path in paths],
            "bare pypdfium2 loop": lambda: [_bare(path) for path in paths],
        }
        yield f"{len(paths)} reports, {pages} pages; seconds of processor"
        cpu = partial(_cpu, extractor)
        yield from ratios(alternately(ways, rounds, cpu), OURS)
        slow = {name: way for name, way in PEERS.items() if find_spec(name.partition(".")[0])}
        few = paths[:3]
        ways = {OURS: lambda: [extractor.extract(path, _PDF) for path in few]}
        ways |= {name: partial(_each, way, few) for name, way in slow.items()}
        yield from (
            ratios(alternately(ways, min(rounds, 3), cpu), OURS) if slow else ["pypdf and pdfminer are not installed"]
        )


def _cpu(extractor: Extractor) -> float:
    """Seconds of processor of this process and the child: a busy machine disturbs them less than the clock's."""
    fields = Path(f"/proc/{extractor.child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return process_time() + (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")


def _each(way: Callable[[Path], object], paths: Sequence[Path]) -> list[object]:
    return [way(path) for path in paths]


def _bare(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        found = []
        for page in pdf:
            text = page.get_textpage()
            found.append(text.get_text_bounded())
            text.close()
            page.close()
        return found


def _pypdf(path: Path) -> list[str]:
    return [page.extract_text() for page in import_module("pypdf").PdfReader(path).pages]


def _pdfminer(path: Path) -> list[str]:
    return str(import_module("pdfminer.high_level").extract_text(path)).split("\f")


PEERS: dict[str, Callable[[Path], list[str]]] = {"pypdf": _pypdf, "pdfminer.high_level": _pdfminer}


def _workers(paths: Sequence[Path], rounds: int) -> Iterator[str]:
    """The same reports by one child, and by two at once."""
    with Extractor() as one, Extractor() as two, ThreadPoolExecutor(2) as pool:
        halves = [(one, paths[::2]), (two, paths[1::2])]
        one_name, two_name = "one worker", "two workers"
        taken = alternately(
            {
                one_name: lambda: [one.extract(path, _PDF) for path in paths],
                two_name: lambda: list(
                    pool.map(lambda half: [half[0].extract(path, _PDF) for path in half[1]], halves)
                ),
            },
            rounds,
        )
    load = getloadavg()[0]
    faster = taken[one_name] / taken[two_name]
    yield f"two workers are {faster:.2f} times as fast as one (load of the machine {load:.1f})"


# --- P3 ---------------------------------------------------------------------------------------------------------------


def _truth(known: dict[Path, list[str]]) -> Iterator[str]:
    with Extractor() as extractor:
        read = {path: extractor.extract(path, _PDF).pages for path in known}
    ways = {
        "ours, as kept": read,
        "ours, heads removed": {path: without_running_heads(pages) for path, pages in read.items()},
        "bare pypdfium2": {path: _bare(path) for path in known},
    }
    for name, texts in ways.items():
        scores = [_score(known[path], " ".join(pages).split()) for path, pages in texts.items()]
        recall, precision, runs = (sum(part) / len(scores) for part in zip(*scores, strict=True))
        yield f"{name:24} words: recall {recall:.4f}, precision {precision:.4f}; runs of {RUN} words kept {runs:.4f}"


def _score(truth: Sequence[str], read: Sequence[str]) -> tuple[float, float, float]:
    both = sum((Counter(truth) & Counter(read)).values())
    runs, found = _runs(truth), _runs(read)
    return both / len(truth), both / len(read), sum((runs & found).values()) / sum(runs.values())


def _runs(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(RUN)), strict=False))


# --- P4 ---------------------------------------------------------------------------------------------------------------


def _memory(paths: Sequence[Path], many: int) -> Iterator[str]:
    """Of one child that is never replaced, over very many documents; beside it a bare loop in a process of its own."""
    peaks = []
    with Extractor(documents=many + 1) as extractor:
        for number in range(many):
            extractor.extract(paths[number % len(paths)], _PDF)
            if number + 1 in (many // 10, many):
                peaks.append(_peak(extractor.child or 0))
    bare = _bare_peak(paths)
    grown = peaks[-1] / peaks[0] - 1
    yield f"peak of a child: {peaks[0]:.0f} MB after {many // 10} documents, {peaks[1]:.0f} after {many} ({grown:+.1%})"
    yield f"peak of a bare loop: {bare:.0f} MB; ours / this = {peaks[1] / bare:.2f}"
    yield f"(a child is replaced after {DOCUMENTS} documents)"


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _bare_peak(paths: Sequence[Path]) -> float:
    found = subprocess.run([sys.executable, "-c", _BARE, *map(str, paths)], capture_output=True, check=True, text=True)
    return float(found.stdout) / 1024


_BARE = """
import sys, pypdfium2
for path in sys.argv[1:]:
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            text = page.get_textpage(); text.get_text_bounded(); text.close(); page.close()
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
"""
