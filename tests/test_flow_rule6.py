"""Rule 6, end to end: what may be withdrawn is found nowhere that a reader or a program can look, however it went."""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from store.database import engine_for
from tests.command_line import CommandLine, command_line
from tests.corpus import Writer
from tests.loopback import Handler, Page, Site, serve
from tests.mailbox import mailbox
from tests.web_archive import STAFF, serving, settings_for, sign_in

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
NAMED = "Recommendation 1: The partnership should ask who Mr Quillfeather was and where he lived."
UNNAMED = "Recommendation 1: The partnership should ask who the lodger was and where he lived."
WORD, PRINTED = "quillfeather", "Quillfeather"
"""As it is asked for, which a page may repeat; as the report prints it."""
FIRST, SECOND, THEN, LATER = (f"2026-03-0{day}T09:00" for day in (2, 3, 5, 6))
NEXT_YEAR, A_DAY_AFTER = "2027-09-06T09:00", "2027-09-07T09:00"
PLUM, SLOE, ELDER = (f"<a href='/{name}'>Child {name.title()}: report</a>" for name in ("plum", "sloe", "elder"))


def listing(*links: str) -> Page:
    items = "".join(f"<li>{link} Published 3 February 2026</li>" for link in links)
    return Page(f"<main><h1>Child safeguarding practice reviews</h1><ul>{items}</ul></main>")


def report(passage: str, seed: int = 5) -> Page:
    sentences = Writer(random.Random(seed)).sentences(400)
    body = "".join(f"<p>{one}</p>" for one in [*sentences, passage])
    return Page(f"<html><body><main><h1>Overview report</h1>{body}</main></body></html>")


@dataclass
class World:
    """The program, the publishers' sites, and the reader's browser with what it has kept."""

    program: CommandLine
    site: Site
    client: TestClient
    kept: dict[str, str] = field(default_factory=dict)
    """ETags by address."""

    def crawl(self, at: str) -> None:
        self.program.did("crawl", "--all", "--at", at)

    def places(self, at: str) -> dict[str, str]:
        """What can be read, by where."""
        program = self.program
        found = {f"export {form}": program.did("export", "--format", form) for form in ("jsonl", "csv", "ris")}
        found["preview"] = program.did("digests", "preview", "1", "--at", at)
        found["card"] = program.did("digests", "preview", "1", "--format", "card", "--at", at)
        found["digest shown"] = program.did("digests", "show", "1", "--format", "html")
        found["record"] = program.did("digests", "export", "--format", "json")
        found["search"] = program.did("search", WORD, "--json")
        paths = ["/", f"/?q={WORD}", "/lessons", "/trends", "/digests", "/digests/1", "/topics/everything.atom",
                 f"/search.csv?q={WORD}", f"/search.ris?q={WORD}", f"/api/v1/publications?q={WORD}",
                 "/api/v1/publications", "/api/v1/changes?after=0", "/api/v1/lessons", "/api/v1/labels",
                 *(f"/publications/{key}" for key in range(1, 6)),
                 *(f"/api/v1/publications/{key}" for key in range(1, 6)), *(f"/documents/{key}" for key in range(1, 9)),
                 *(f"/publications/{key}/briefing.docx" for key in range(1, 6))]  # fmt: skip
        return found | {path: self.read(path) for path in paths}

    def read(self, path: str) -> str:
        """As the browser reads it: a page that it has is asked for by its ETag, and kept when it has not changed."""
        answer = self.client.get(path)
        assert answer.status_code in (200, 404), (path, answer.status_code)
        if self.kept.get(path):
            again = self.client.get(path, headers={"If-None-Match": self.kept[path]})
            assert again.status_code == answer.status_code or answer.headers.get("etag") == self.kept[path], path
        self.kept[path] = answer.headers.get("etag", "")
        return answer.text


@dataclass(frozen=True)
class Begun:
    """An archive with a review that was told in a digest, and the sites that it was read from."""

    folder: Path
    site: Site
    pages: dict[str, Page | Callable[[Handler], None]]


@pytest.fixture(scope="module")
def begun(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    folder = tmp_path_factory.mktemp("begun")
    shutil.copy(migrated_sqlite, folder / "archive.sqlite3")
    with serve() as site, mailbox() as box, pytest.MonkeyPatch.context() as patch:
        site.pages |= {"/reviews": listing(SLOE), "/birchfield": listing(ELDER), "/plum": report(NAMED),
                       "/sloe": report("A damson.", 6), "/elder": report("A medlar.", 7)}  # fmt: skip
        with command_line(folder, f"sqlite:///{folder / 'archive.sqlite3'}", patch) as program:
            program.settings |= {"REVIEWWATCH_SMTP_URL": box.url, "REVIEWWATCH_MAIL_FROM": "a@example.org"}
            (folder / "sources.toml").write_text(SOURCES.format(url=site.url))
            program.did("sources", "import", "sources.toml", "--at", FIRST)
            program.did("crawl", "--all", "--at", FIRST)
            program.did("channels", "add", "leads", "mailto:leads@example.org", "--at", FIRST)
            program.did("topics", "add", "everything", "", "--at", FIRST)
            program.did("subscriptions", "add", "--channel", "leads", "--topic", "everything", "--frequency", "daily",
                        "--at", FIRST)  # fmt: skip
            program.did("users", "add", STAFF, "--role", "staff", "--at", FIRST)
            site.pages["/reviews"] = listing(PLUM, SLOE)
            program.did("crawl", "--all", "--at", SECOND)
            program.did("digests", "send", "--at", "2026-03-04T08:30")
        yield Begun(folder, site, dict(site.pages))


@pytest.fixture
def world(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """What has begun, each time anew: a review, with its recommendation, stands everywhere."""
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    shutil.copytree(begun.folder, tmp_path, dirs_exist_ok=True)
    begun.site.pages.clear()
    begun.site.pages |= begun.pages
    address = f"sqlite:///{tmp_path / 'archive.sqlite3'}"
    with (
        command_line(tmp_path, address, monkeypatch) as program,
        serving(engine_for(address), settings_for(address, tmp_path / "data"), now) as client,
    ):
        sign_in(client)
        yield World(program, begun.site, client)


def redacted(world: World) -> None:
    world.site.pages["/plum"] = report(UNNAMED)
    world.crawl(THEN)


def redirected_away(world: World) -> None:
    world.site.pages["/plum"] = Page("", status=302, headers={"Location": f"{world.site.url}/reviews"})
    world.crawl(THEN)


def gone_early(world: World) -> None:
    del world.site.pages["/plum"]
    world.crawl(THEN)


def off_the_list_early(world: World) -> None:
    world.site.pages["/reviews"] = listing(SLOE)
    world.crawl(THEN)


def replaced_and_reverted(world: World) -> None:
    redacted(world)
    world.site.pages["/plum"] = report(NAMED)
    world.crawl(LATER)


def uploaded_elsewhere(world: World) -> None:
    redacted(world)
    world.site.pages["/copy"] = report(NAMED)
    world.site.pages["/birchfield"] = listing(ELDER, "<a href='/copy'>Child Rowan: overview report</a>")
    world.crawl(LATER)


Way = Callable[[World], None]
WAYS = (redacted, redirected_away, gone_early, off_the_list_early, replaced_and_reverted, uploaded_elsewhere)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_may_be_withdrawn_is_found_nowhere(world: World, way: Way) -> None:
    before = world.places(SECOND)
    stood = {place for place, text in before.items() if PRINTED in text}
    assert stood >= {"search", "digest shown", "/digests/1", f"/?q={WORD}", "/lessons"}
    assert any(place.startswith("/documents/") for place in stood)
    assert any(re.fullmatch(r"/publications/\d", place) for place in stood)
    assert "Child Plum" in before["/topics/everything.atom"]
    way(world)
    after = world.places("2026-03-07T09:00")
    assert {place for place, text in after.items() if PRINTED in text} == set()
    assert {place for place, text in after.items() if place.startswith("/") and "Child Plum" in text} == set()


def test_what_expires_in_its_time_stays_and_is_no_news(world: World) -> None:
    world.site.pages["/reviews"] = listing(SLOE)
    del world.site.pages["/plum"]
    world.crawl(NEXT_YEAR)
    world.crawl(A_DAY_AFTER)
    assert world.program.listed("withdrawals", "list") == []
    assert '"status": "unlisted"' in world.program.did("export")
    assert world.program.listed("search", WORD)
    assert "Plum" not in world.program.did("digests", "preview", "1", "--at", "2027-09-08T09:00")
