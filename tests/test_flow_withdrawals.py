"""From a redacted or vanished report to an administrator's decision, and what can be found before and after it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.command_line import CommandLine, command_line
from tests.loopback import Page, Site, serve

SOURCES = """
[[publisher]]
id = "ashmoor"
name = "Ashmoor Safeguarding Children Partnership"
short = "Ashmoor"
kind = "partnership"

[[source]]
name = "ashmoor-reviews"
publisher = "ashmoor"
kind = "listing"
url = "{url}/reviews"
"""
LIST = """<main><h1>Child safeguarding practice reviews</h1><ul>
<li><a href="/plum.pdf">Child Plum: overview report</a> Published 3 February 2026</li>
<li><a href="/sloe.pdf">Child Sloe: overview report</a> Published 4 February 2026</li></ul></main>"""
NAMED = "The lodger, Mr Quillfeather, was known to no agency before the summer."
UNNAMED = "The lodger, a relative, was known to no agency before the summer."


def pdf(*lines: str) -> Page:
    file = io.BytesIO()
    canvas = Canvas(file)
    for number, line in enumerate(lines):
        canvas.drawString(50, 780 - 20 * number, line)
    canvas.save()
    return Page(file.getvalue(), type="application/pdf")


@pytest.fixture
def program(tmp_path: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, database_address, monkeypatch) as found:
        yield found


@pytest.fixture
def site(program: CommandLine) -> Iterator[Site]:
    """Two reviews, read once; then one is redacted, and the report of the other is gone."""
    with serve() as served:
        served.pages["/reviews"] = Page(LIST)
        served.pages["/plum.pdf"] = pdf("Review of Child Plum.", "The school wrote often.", NAMED)
        served.pages["/sloe.pdf"] = pdf("Review of Child Sloe.", "The surgery wrote often of a damson.")
        (program.folder / "sources.toml").write_text(SOURCES.format(url=served.url))
        program.did("sources", "import", "sources.toml", "--at", "2026-03-02T09:00")
        program.did("crawl", "--all", "--at", "2026-03-02T09:00")
        served.pages["/plum.pdf"] = pdf("Review of Child Plum.", "The school wrote often.", UNNAMED)
        del served.pages["/sloe.pdf"]
        program.did("crawl", "--all", "--at", "2026-03-04T09:00")
        yield served


def withdrawal(program: CommandLine, subject: str) -> str:
    waiting = program.listed("withdrawals", "list")
    return str(next(one["id"] for one in waiting if subject in one["title"]))


def exported(program: CommandLine, subject: str) -> Any:
    lines = map(json.loads, program.did("export").splitlines())
    return next(one for one in lines if subject in one["title"])


@pytest.mark.usefixtures("site")
def test_what_is_suspected_is_found_nowhere(program: CommandLine) -> None:
    assert [exported(program, name)["status"] for name in ("Plum", "Sloe")] == ["suspected", "suspected"]
    assert [program.listed("search", word) for word in ("quillfeather", "damson", "sloe")] == [[], [], []]


@pytest.mark.usefixtures("site")
def test_what_is_kept_can_be_found_again(program: CommandLine) -> None:
    program.did("withdrawals", "keep", withdrawal(program, "Sloe"), "--at", "2026-03-04T10:00")
    assert exported(program, "Sloe")["status"] == "listed"
    assert [hit["page"] for hit in program.listed("search", "damson")] == [1]
    program.did("withdrawals", "hide", str(exported(program, "Sloe")["id"]), "--at", "2026-03-04T11:00")
    assert exported(program, "Sloe")["status"] == "suspected"
    assert program.listed("search", "damson") == []


@pytest.mark.usefixtures("site")
def test_what_is_replaced_is_found_in_its_newer_version(program: CommandLine) -> None:
    program.did("withdrawals", "replace", withdrawal(program, "Plum"), "--at", "2026-03-04T10:00")
    assert exported(program, "Plum")["status"] == "listed"
    assert program.listed("search", "quillfeather") == []
    assert [hit["page"] for hit in program.listed("search", "relative")] == [1]
