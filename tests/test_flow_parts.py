"""One review in several parts: the learning brief and the report, months apart on one list."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samples.pdf import Sheet, make_pdf
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
BRIEF = ("Child LB learning brief", "3 February 2026")
REPORT = ("Child LB overview report", "7 May 2026")
OTHER = ("Child MK overview report", "9 January 2026")
OTHER_BRIEF = ("Child QT learning brief", "9 May 2026")


def address(name: str) -> str:
    return name.lower().replace(" ", "-") + ".pdf"


def listing(*items: tuple[str, str]) -> Page:
    links = (f"<li><a href='/{address(name)}'>{name}</a> Published {day}</li>" for name, day in items)
    return Page(f"<main><h1>Child safeguarding practice reviews</h1><ul>{''.join(links)}</ul></main>")


def text(name: str) -> Page:
    return Page(make_pdf([Sheet(name, (f"Words of the {name} alone.",))], name), type="application/pdf")


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


@pytest.fixture
def site(program: CommandLine) -> Iterator[Site]:
    """A list with another child's review, read once."""
    with serve() as served:
        for name, _ in (BRIEF, REPORT, OTHER, OTHER_BRIEF):
            served.pages["/" + address(name)] = text(name)
        (program.folder / "sources.toml").write_text(SOURCES.format(url=served.url))
        program.did("sources", "import", "sources.toml", "--at", "2026-02-01T09:00")
        read(program, served, "2026-02-01", OTHER)
        yield served


def read(program: CommandLine, site: Site, day: str, *items: tuple[str, str]) -> None:
    site.pages["/reviews"] = listing(*items)
    program.did("crawl", "--all", "--at", f"{day}T09:00")


def publications(program: CommandLine, subject: str) -> list[Any]:
    return [one for line in program.did("export").splitlines() if subject in (one := json.loads(line))["title"]]


@pytest.mark.parametrize("items", [(BRIEF, REPORT), (REPORT, BRIEF)], ids=["brief first", "report first"])
def test_parts_of_a_review_are_one_whichever_comes_first(
    program: CommandLine, site: Site, items: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    read(program, site, "2026-02-04", items[0], OTHER)
    read(program, site, "2026-05-08", items[0], OTHER, OTHER_BRIEF, items[1])
    (one,) = publications(program, "LB")
    assert len(one["documents"]) == 2
    kinds = [change["kind"] for change in one["changes"] if change["kind"] != "moved"]
    assert kinds == ["new", "document_added"]
    assert len(publications(program, "MK")) == len(publications(program, "QT")) == 1
