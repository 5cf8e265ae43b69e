"""Text by page from real reports that lie outside the project; skipped where they are not at hand.

SAMPLES_DIR names the folder that holds `pdf` and `html`; by default it is `shared/samples` beside the project.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from store.text import Extractor, TextState

PDF = "application/pdf"
SAMPLES = Path(os.environ.get("SAMPLES_DIR") or Path(__file__).parents[2] / "shared" / "samples")
REPORTS = sorted((SAMPLES / "pdf").glob("*.pdf"))
SOFT_404 = sorted((SAMPLES / "html" / "soft-404").glob("*.html"))
STATES = {"image-only": TextState.NO_TEXT, "password-protected": TextState.ENCRYPTED}

pytestmark = pytest.mark.skipif(not REPORTS, reason="the real samples are not here: set SAMPLES_DIR to their folder")


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_report(extractor: Extractor, path: Path) -> None:
    found = extractor.extract(path, PDF)
    assert found.state == STATES.get(path.stem, TextState.READ)
    assert found.problem == "" or found.state != TextState.READ
    assert [page.replace("-", "") for page in found.pages] == _pages(path)
    assert "multiagency" not in "".join(found.pages)


def _pages(path: Path) -> list[str]:
    """What the library gives, page by page, with our line ends and without hyphens; none when it is locked."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return []
    texts = [page.get_textpage().get_text_bounded() for page in document]
    return [re.sub("[-\x02\ufffe]", "", text.replace("\r\n", "\n")).strip("\n") for text in texts]


@pytest.mark.parametrize("path", [path for path in REPORTS if path.stem not in STATES], ids=lambda path: path.stem)
def test_report_cut_short(extractor: Extractor, path: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.pdf"
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = extractor.extract(half, PDF)
    assert (found.state, found.pages) == (TextState.MALFORMED, [])


@pytest.mark.parametrize("path", SOFT_404, ids=lambda path: path.stem)
def test_soft_404_that_came_for_a_report(extractor: Extractor, path: Path) -> None:
    assert extractor.extract(path, PDF).state == TextState.WRONG_TYPE
