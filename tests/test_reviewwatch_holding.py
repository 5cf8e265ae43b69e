"""Politeness over processes: whoever asks a host holds it, and begins with a gap (rule 10)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Engine

from reviewwatch import holding
from reviewwatch.holding import Held, at_host, at_hosts
from store import claims, sources
from store.database import reading, writing
from tests.command_line import command_line
from tests.loopback import Handler, Page, serve

GAP = 0.4
CATALOGUE = '[[publisher]]\nid = "exampleshire"\nname = "Exampleshire"\nshort = "Exampleshire"\nkind = "partnership"\n'
SOURCE = '[[source]]\nname = "{0}"\npublisher = "exampleshire"\nkind = "listing"\nurl = "{1}/{0}"\n'
LIST = "<h1>Reviews</h1><ul><li><a href='/{}.pdf'>Child {} local child safeguarding practice review</a></ul>"


def test_two_processes_at_one_host_keep_the_gap(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reads one source of the host, and then a document of it."""
    times, under_way, most = [], [], []
    with command_line(tmp_path, sqlite_address, monkeypatch) as program, serve() as site:

        def timed(handler: Handler) -> None:
            times.append(monotonic())
            under_way.append(handler.path)
            most.append(len(under_way))
            name = handler.path.strip("/")
            handler.answer(Page(LIST.format(name, name.upper())) if len(name) == 1 else Page("", status=404))
            under_way.remove(handler.path)

        site.pages |= dict.fromkeys(("/a", "/b", "/a.pdf", "/b.pdf", "/robots.txt"), timed)
        (tmp_path / "sources.toml").write_text(CATALOGUE + SOURCE.format("a", site.url) + SOURCE.format("b", site.url))
        program.did("sources", "import", "sources.toml")
        with ThreadPoolExecutor(2) as pool:
            started = [
                pool.submit(program.process, "crawl", name, REVIEWWATCH_DOWNLOAD_DELAY=str(GAP)) for name in "ab"
            ]
            done = [one.result() for one in started]
        assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
        assert {"/a", "/b", "/a.pdf", "/b.pdf"} <= set(site.paths)
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) > 0.8 * GAP
    assert set(most) == {1}, "one request at a time"


def test_what_another_process_holds_is_left_to_it(engine: Engine) -> None:
    with writing(engine) as session:
        taken = sources.host(session, "b.example.org")
        taken.claimed_by, taken.claimed_until = "another machine/1/1", datetime.now(UTC) + timedelta(hours=1)
    with at_hosts(engine, ["a.example.org", "b.example.org"]) as held:
        assert held.hosts == {"a.example.org"}
        held.give_back(["a.example.org", "b.example.org"])
        assert held.hosts == set()
    with at_host(engine, "b.example.org", wait=0) as ours:
        assert not ours
    with reading(engine) as session:
        assert sources.host(session, "b.example.org").claimed_by == "another machine/1/1"
        assert sources.host(session, "a.example.org").claimed_by == ""


def test_a_claim_that_grows_old_is_renewed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime.now(UTC)
    held = Held(engine)
    held.take(["a.example.org", "b.example.org"])
    later = began + 2 * holding.RENEWED
    monkeypatch.setattr(claims, "real_now", lambda: later)
    held.give_back(["a.example.org"])
    with reading(engine) as session:
        assert sources.host(session, "b.example.org").claimed_until == later + holding.HOST_CLAIM
        assert sources.host(session, "a.example.org").claimed_until is None
