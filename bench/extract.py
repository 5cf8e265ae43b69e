"""Text by page: our isolated, limited reader against a bare pypdfium2 loop (performance.md, P1)."""

import tempfile
from pathlib import Path

import pypdfium2

from bench.timing import alternately, ratios
from samples.cases import CASES
from samples.reports import document
from store.text import Extractor


def run(quick: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, Extractor() as extractor:
        paths = _reports(Path(folder), 5 if quick else 20)
        pages = sum(len(extractor.extract(path, "application/pdf").pages) for path in paths)
        ours = "ours: a child with limits, page rows"
        medians = alternately(
            {
                ours: lambda: [extractor.extract(path, "application/pdf") for path in paths],
                "bare pypdfium2 loop": lambda: [_bare(path) for path in paths],
            },
            rounds=3 if quick else 9,
        )
    return [f"{len(paths)} reports, {pages} pages; aim P1: at most 1.18", *ratios(medians, ours)]


def _reports(folder: Path, count: int) -> list[Path]:
    paths = []
    for ref in list(CASES)[:count]:
        path = folder / f"{ref}.pdf"
        path.write_bytes(document(f"{ref}/overview_report", 0).body)
        paths.append(path)
    return paths


def _bare(path: Path) -> int:
    with pypdfium2.PdfDocument(path) as pdf:
        letters = 0
        for page in pdf:
            text = page.get_textpage()
            letters += len(text.get_text_bounded())
            text.close()
            page.close()
        return letters
