"""An anonymous record and a named review with the same file: asked, decided, and every decision taken back."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.command_line import CommandLine, command_line
from tests.loopback import Page, serve

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
REVIEWS = """<main><h1>Child safeguarding practice reviews</h1><ul>
<li><a href="/plum.pdf">Child Plum: overview report</a> Published 3 February 2026</li></ul></main>"""
KNOWN = """<h3>2025 - Elsewhere - Child Z</h3><p>Injury of a child.</p>"""
ANONYMOUS = """<h3>2026 - Anonymous - Child Y</h3><p>Injury of a child.</p>
<p><a href="{url}/copy.pdf">Read the overview report</a></p>"""


def pdf(line: str) -> Page:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(50, 780, line)
    canvas.save()
    return Page(file.getvalue(), type="application/pdf")


@pytest.fixture
def program(tmp_path: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """A named review is known; on the next day an anonymous record brings the same file."""
    with command_line(tmp_path, database_address, monkeypatch) as found, serve() as site:
        site.pages["/reviews"] = Page(REVIEWS)
        site.pages["/list"] = Page(f"<main><h2>2026</h2>{KNOWN}</main>")
        site.pages["/plum.pdf"] = site.pages["/copy.pdf"] = pdf("A review that speaks of a numbat.")
        (found.folder / "sources.toml").write_text(SOURCES.format(url=site.url))
        found.did("sources", "import", "sources.toml", "--at", "2026-03-02T09:00")
        found.did("crawl", "--all", "--at", "2026-03-02T09:00")
        site.pages["/list"] = Page(f"<main><h2>2026</h2>{ANONYMOUS.format(url=site.url)}{KNOWN}</main>")
        found.did("crawl", "--all", "--at", "2026-03-03T09:00")
        yield found


def told(program: CommandLine) -> dict[str, tuple[str, list[str]]]:
    """Title of each publication: its status, and the sources that list it."""
    lines = map(json.loads, program.did("export").splitlines())
    return {one["title"]: (one["status"], [entry["source"] for entry in one["entries"]]) for one in lines}


def test_undone_acceptance_restores_the_state_before(program: CommandLine) -> None:
    before, found = told(program), program.listed("search", "numbat")
    (question,) = program.listed("matches", "list")
    assert len(found) == 2
    assert before["Child Y"] == ("listed", ["charity-list"])
    program.did("matches", "accept", str(question["id"]))
    assert "Child Y" not in told(program)
    assert len(program.listed("search", "numbat")) == 1
    program.did("matches", "undo", str(question["id"]))
    assert told(program) == before
    assert {hit["title"] for hit in program.listed("search", "numbat")} == {hit["title"] for hit in found}
    assert program.listed("matches", "list") == [question]


def test_what_was_undone_before_it_was_told_is_told(program: CommandLine) -> None:
    program.did("topics", "add", "everything", "")
    program.did("channels", "add", "leads", "mailto:a@example.org")
    program.did("subscriptions", "add", "--channel", "leads", "--topic", "everything", "--frequency", "daily",
                "--at", "2026-03-02T10:00")  # fmt: skip
    (question,) = program.listed("matches", "list")
    program.did("matches", "accept", str(question["id"]))
    program.did("matches", "undo", str(question["id"]))
    assert "Child Y" in program.did("digests", "preview", "1", "--at", "2026-03-04T09:00")
