"""What was removed stays away, whoever brings it: the same file, the same text, nearly the same text."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

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
id = "birchfield"
name = "Birchfield Safeguarding Children Partnership"
short = "Birchfield"
kind = "partnership"

[[source]]
name = "ashmoor-reviews"
publisher = "ashmoor"
kind = "listing"
url = "{url}/reviews"

[[source]]
name = "birchfield-reviews"
publisher = "birchfield"
kind = "listing"
url = "{url}/birchfield"
"""
NAMED = "The lodger, Mr Quillfeather, was known to no agency."
UNNAMED = "The lodger, a relative, was known to no agency."
COVER = "Kept in a collection of case reviews. Title: a review. LSCB: Ashmoor. Date of publication: 2026."


def listing(*links: str) -> Page:
    items = "".join(f"<li>{link} Published 3 February 2026</li>" for link in links)
    return Page(f"<main><h1>Child safeguarding practice reviews</h1><ul>{items}</ul></main>")


def link(path: str, subject: str) -> str:
    return f"<a href='{path}'>Child {subject}: overview report</a>"


def report(*passages: str, cover: str = "") -> Page:
    """A report as a web page, long enough that its text can be recognised; the same words every time."""
    sentences = Writer(random.Random(5)).sentences(600)
    body = "".join(f"<p>{one}</p>" for one in [cover, *passages, *sentences] if one)
    return Page(f"<html><body><main><h1>Overview report</h1>{body}</main></body></html>")


OTHER = Page("<html><body><main><h1>Overview report</h1><p>The surgery wrote of a damson.</p></main></body></html>")
FIRST, GONE, LATER, LAST = (f"2026-03-0{day}T09:00" for day in (2, 4, 5, 6))


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


@pytest.fixture
def site(program: CommandLine) -> Iterator[Site]:
    """Two areas' lists, read once."""
    with serve() as served:
        served.pages |= {
            "/reviews": listing(link("/plum", "Plum"), link("/sloe", "Sloe")),
            "/birchfield": listing(link("/elder", "Elder")),
            "/plum": report(NAMED), "/sloe": OTHER, "/elder": Page(str(OTHER.body).replace("damson", "medlar")),
        }  # fmt: skip
        (program.folder / "sources.toml").write_text(SOURCES.format(url=served.url))
        program.did("sources", "import", "sources.toml", "--at", FIRST)
        program.did("crawl", "--all", "--at", FIRST)
        yield served


def decide(program: CommandLine, verb: str, at: str = GONE) -> None:
    (waiting,) = [one["id"] for one in program.listed("withdrawals", "list") if one["decision"] is None]
    program.did("withdrawals", verb, str(waiting), "--at", at)


def assert_nowhere(program: CommandLine, *words: str) -> None:
    """Neither found nor exported; nor in what a digest would tell."""
    for word in words:
        assert program.listed("search", word) == []
        assert word not in program.did("export").casefold()
        assert word not in program.did("digests", "preview", "1", "--at", LAST).casefold()


def subscribe(program: CommandLine) -> None:
    program.did("channels", "add", "leads", "mailto:leads@example.org", "--at", FIRST)
    program.did("topics", "add", "everything", "", "--at", FIRST)
    program.did(
        "subscriptions", "add", "--channel", "leads", "--topic", "everything", "--frequency", "daily", "--at", FIRST
    )


def removed_plum(program: CommandLine, site: Site, at: str = GONE) -> None:
    """Its report is gone early, and an administrator removes what is held of it."""
    subscribe(program)
    assert program.listed("search", "quillfeather")
    del site.pages["/plum"]
    program.did("crawl", "--all", "--at", at)
    decide(program, "remove", at)


@pytest.mark.parametrize("cover", ["", COVER], ids=["the same file", "with a cover"])
def test_a_copy_of_what_was_removed_is_refused(program: CommandLine, site: Site, cover: str) -> None:
    removed_plum(program, site)
    site.pages["/copy"] = report(NAMED, cover=cover)
    site.pages["/birchfield"] = listing(link("/elder", "Elder"), link("/copy", "Plum"))
    program.did("crawl", "--all", "--at", LATER)
    assert_nowhere(program, "quillfeather")
    refused = [one for one in program.listed("withdrawals", "list") if one["decision"] == "refused"]
    assert len(refused) == 1
    assert "/copy" in refused[0]["reason"]
    program.did("crawl", "--all", "--at", LAST)
    assert [one["id"] for one in program.listed("withdrawals", "list")] == [one["id"] for one in refused]


def test_the_same_text_under_another_review_goes_as_well(program: CommandLine, site: Site) -> None:
    """An administrator had kept two listings apart; what is removed of one is not to be found in the other."""
    site.pages["/copy"] = report(NAMED)
    site.pages["/birchfield"] = listing(link("/elder", "Elder"), link("/copy", "Rowan"))
    program.did("crawl", "--all", "--at", GONE)
    for match in program.listed("matches", "list", "--all"):
        if match["entry"].startswith("Child Rowan") and match["state"] == "automatic":
            program.did("matches", "undo", str(match["id"]), "--at", GONE)
    removed_plum(program, site, LATER)
    assert_nowhere(program, "quillfeather")


def test_a_name_that_comes_back_after_it_was_replaced_is_refused(program: CommandLine, site: Site) -> None:
    subscribe(program)
    site.pages["/plum"] = report(UNNAMED)
    program.did("crawl", "--all", "--at", GONE)
    assert_nowhere(program, "quillfeather")
    (waiting,) = program.listed("withdrawals", "list")
    (lost,) = program.listed("withdrawals", "show", str(waiting["id"]))
    assert (lost["page"], lost["lost"], lost["added"]) == (1, "Mr Quillfeather,", "a relative,")
    decide(program, "replace")
    assert program.listed("search", "relative")
    site.pages["/plum"] = report(NAMED)
    program.did("crawl", "--all", "--at", LATER)
    assert_nowhere(program, "quillfeather")
    assert program.listed("search", "relative")
    assert [one["decision"] for one in program.listed("withdrawals", "list")] == ["refused"]


def test_a_copy_of_the_newer_text_is_welcome(program: CommandLine, site: Site) -> None:
    site.pages["/plum"] = report(UNNAMED)
    program.did("crawl", "--all", "--at", GONE)
    decide(program, "replace")
    site.pages["/copy"] = report(UNNAMED, cover="")
    site.pages["/birchfield"] = listing(link("/elder", "Elder"), link("/copy", "Plum"))
    program.did("crawl", "--all", "--at", LATER)
    assert program.listed("withdrawals", "list") == []
    lines = [json.loads(line) for line in program.did("export").splitlines()]
    assert [len(one["entries"]) for one in lines if "Plum" in one["title"]] == [2]
