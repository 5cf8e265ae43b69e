"""The same report in a second place is no news, with whatever cover; a part that comes late is."""

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.command_line import CommandLine, command_line
from tests.corpus import Writer
from tests.loopback import Page, Site, serve

SOURCES = """
[[publisher]]
id = "ashmoor"
name = "Ashmoor Safeguarding Children Partnership"
short = "Ashmoor"
kind = "partnership"

[[publisher]]
id = "charity"
name = "The Charity"
short = "Charity"
kind = "charity"

[[source]]
name = "ashmoor-reviews"
publisher = "ashmoor"
kind = "listing"
url = "{url}/reviews"

[[source]]
name = "charity-list"
publisher = "charity"
kind = "nspcc"
url = "{url}/list"
role = "witness"
"""
COVER = ("Title: Child Plum", "LSCB: Ashmoor", "Date of publication: 2026", "Kept in a collection of case reviews.")
FIRST, SECOND, THIRD = (f"2026-03-0{day}T09:00" for day in (2, 3, 4))


def paper(words: int, *cover: str) -> Page:
    """The same report every time it is made of as many words, behind a page of `cover` if there is one."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    sheets = [list(cover)] if cover else []
    lines = [line for one in Writer(random.Random(words)).sentences(words) for line in wrap(one, 80)]
    for sheet in [*sheets, *(lines[start : start + 40] for start in range(0, len(lines), 40))]:
        for number, line in enumerate(sheet):
            canvas.drawString(50, 780 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    return Page(file.getvalue(), type="application/pdf")


def listing(*links: str) -> Page:
    items = "".join(f"<li>{link} Published 3 February 2026</li>" for link in links)
    return Page(f"<main><h1>Child safeguarding practice reviews</h1><ul>{items}</ul></main>")


def collection(*records: str) -> Page:
    return Page(f"<main><h2>2026</h2>{''.join(records)}<h3>2025 - Elsewhere - Child Z</h3><p>Injury.</p></main>")


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


@pytest.fixture
def site(program: CommandLine) -> Iterator[Site]:
    with serve() as served:
        served.pages |= {
            "/reviews": listing("<a href='/plum.pdf'>Child Plum: overview report</a>"),
            "/list": collection(),
            "/plum.pdf": paper(600),
        }
        (program.folder / "sources.toml").write_text(SOURCES.format(url=served.url))
        program.did("sources", "import", "sources.toml", "--at", FIRST)
        program.did("crawl", "--all", "--at", FIRST)
        yield served


def plum(program: CommandLine) -> tuple[int, list[str]]:
    """How many entries it has, and what was told of it since the baseline."""
    records = map(json.loads, program.did("export").splitlines())
    (one,) = [record for record in records if "Plum" in record["title"]]
    return len(one["entries"]), [change["kind"] for change in one["changes"] if change["note"] != "baseline"]


def test_the_same_report_with_a_cover_in_a_second_place_is_no_news(program: CommandLine, site: Site) -> None:
    copy = f"<p><a href='{site.url}/copy.pdf'>Read the overview report</a></p>"
    record = f"<h3>2026 - Ashmoor - Child Plum</h3><p>Injury.</p>{copy}"
    site.pages |= {"/copy.pdf": paper(600, *COVER), "/list": collection(record)}
    program.did("crawl", "--all", "--at", SECOND)
    assert plum(program) == (2, [])


def test_a_part_that_comes_late_is_told(program: CommandLine, site: Site) -> None:
    site.pages |= {
        "/brief.pdf": paper(90),
        "/reviews": listing(
            "<a href='/plum.pdf'>Child Plum: overview report</a>", "<a href='/brief.pdf'>Child Plum: learning brief</a>"
        ),
    }
    program.did("crawl", "--all", "--at", SECOND)
    assert plum(program) == (1, ["document_added"])
    program.did("crawl", "--all", "--at", THIRD)
    assert plum(program) == (1, ["document_added"])
