"""Saved pages read again: what would have been reported then, with today's code and options."""

import json
from datetime import timedelta
from pathlib import Path

from reviewwatch.program import Program
from reviewwatch.rewinding import rewind
from reviewwatch.saving import save
from spiders import trying
from store import sources
from store.database import engine_for, writing
from store.reading import CrawlJob
from store.rewinding import Saved, frames
from tests.conftest import NOW
from tests.loopback import Page, serve
from tests.test_flow_held import FIRST, MANY, listing, watching


def test_a_frame_holds_the_other_pages_as_they_were_last() -> None:
    day = timedelta(days=1)
    saved = [Saved("a", NOW, "a1", "1"), Saved("b", NOW, "b1", "2"), Saved("a", NOW + day, "a2", "3")]
    assert [(one.at, dict(one.bodies)) for one in frames(saved)] == [
        (NOW, {"a": "a1", "b": "b1"}),
        (NOW + day, {"a": "a2", "b": "b1"}),
    ]


def test_a_source_is_rewound(sqlite_address: str, tmp_path: Path) -> None:
    engine = engine_for(sqlite_address)
    with watching(engine, tmp_path) as watched:
        watched.read(FIRST)
        watched.read((*FIRST, "Robin"))
        watched.read((*MANY, "Dipper", "Teal"))  # held: its page is not saved among the good ones
        watched.read(("Wren", "Osprey", "Robin"))
        asked = len(watched.site.log)
        program = Program(watched.work.settings, engine, watched.work.now)
        rows = rewind(program, "exampleshire-reviews")
        assert len(watched.site.log) == asked, "nothing is asked of the site"
        with writing(engine) as session:
            source = sources.by_name(session, "exampleshire-reviews")
            source.options = {"exclude": ["Robin"]}
        excluded = rewind(program, "exampleshire-reviews")
    assert [(row["outcome"], row["entries"], row["new"], row["missing"]) for row in rows] == [
        ("baseline", 3, [], []),
        ("ok", 4, ["Child Robin: practice review report"], []),
        ("ok", 3, [], ["Child Linnet: practice review report"]),
    ]
    assert [row["new"] for row in excluded] == [[], [], []], "today's options"
    engine.dispose()


def test_a_checked_page_is_saved_as_a_case(tmp_path: Path) -> None:
    with serve(
        {"/reviews": listing(FIRST), "/files/wren": Page("<main><h1>Child Wren</h1><p>About Wren.</p></main>")}
    ) as site:
        job = CrawlJob(
            source="saved",
            kind="listing",
            url=f"{site.url}/reviews",
            user_agent="test",
            now=NOW,
            download_delay=0.0,
            allow_private_addresses=True,
        )
        files = save(job, trying.try_out(job), tmp_path / "case")
    assert sorted(path.name for path in files) == ["saved-1.html", "saved.expected.json", "saved.html"]
    wanted = json.loads((tmp_path / "case" / "saved.expected.json").read_text(encoding="utf-8"))
    assert [entry["heading"] for entry in wanted["entries"]] == [
        f"Child {name}: practice review report" for name in ("Linnet", "Osprey", "Wren")
    ]
