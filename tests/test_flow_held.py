"""What a list that changes at once means: one gone, all gone, back again, rebuilt, and many new ones (rule 3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from config.settings import Settings
from config.sources_toml import read_sources
from reviewwatch.tasks import crawl_and_work
from reviewwatch.work import Work
from spiders.base import kinds, spider_for
from store import incidents, sources
from store.database import engine_for, reading, writing
from store.entries import RunSummary
from store.files import Files
from store.models import Change, Entry, Incident, Publication
from tests.conftest import NOW
from tests.loopback import Page, Site, serve

TOML = """
[[publisher]]
id = "exampleshire"
name = "Exampleshire Safeguarding Children Partnership"
short = "Exampleshire"
kind = "partnership"

[[source]]
name = "exampleshire-reviews"
publisher = "exampleshire"
kind = "listing"
url = "{url}/reviews"
every = "1 day"
enabled = true
"""
FIRST = ("Wren", "Osprey", "Linnet")
MANY = (*FIRST, "Robin", "Heron", "Kestrel", "Merlin", "Siskin", "Dunlin")


def listing(names: tuple[str, ...], folder: str = "files") -> Page:
    items = "".join(
        f"<li><a href='/{folder}/{name.lower()}'>Child {name}: practice review report</a></li>" for name in names
    )
    return Page(f"<html><body><main><h1>Reviews</h1><h2>Published reviews</h2><ul>{items}</ul></main></body></html>")


@dataclass
class Watched:
    """One list, read day after day."""

    site: Site
    engine: Engine
    work: Work
    day: int = 0
    moments: list[datetime] = field(default_factory=list)

    def read(self, names: tuple[str, ...], folder: str = "files", day: int | None = None) -> RunSummary:
        """The list as it is on the next day, or once more on that day."""
        self.day = self.day + 1 if day is None else day
        now = NOW + timedelta(days=self.day)
        for name in names:
            report = f"<html><body><main><h1>Child {name}</h1><p>{name} was nine years old.</p></main></body></html>"
            self.site.pages[f"/{folder}/{name.lower()}"] = Page(report)
        self.site.pages["/reviews"] = listing(names, folder)
        work = Work(self.engine, self.work.files, self.work.settings, now)
        return crawl_and_work(work, ["exampleshire-reviews"])[0]

    def news(self) -> list[str]:
        with reading(self.engine) as session:
            return sorted(
                session.get_one(Publication, change.publication_id).title
                for change in session.exec(select(Change).where(col(Change.news)))
            )

    def kinds(self) -> list[str]:
        with reading(self.engine) as session:
            return [one.kind for one in session.exec(select(Change).where(Change.note != "baseline"))]

    def open(self) -> list[str]:
        with reading(self.engine) as session:
            return [one.kind for one, _ in incidents.listed(session, only_open=True)]

    def gone(self) -> set[str]:
        with reading(self.engine) as session:
            return {one.heading for one in session.exec(select(Entry).where(col(Entry.gone_at).is_not(None)))}

    def accept(self) -> None:
        """An administrator has looked."""
        with writing(self.engine) as session:
            now = NOW + timedelta(days=self.day, hours=1)
            for incident, _ in incidents.listed(session, only_open=True):
                incidents.resolve(session, incident.id or 0, now=now, by="test")


@contextmanager
def watching(engine: Engine, folder: Path) -> Iterator[Watched]:
    settings = Settings(data_dir=folder, download_delay=0.0, allow_private_addresses=True, contact="tests@example.org")
    known = {kind: spider_for(kind).OptionsModel for kind in kinds()}
    with serve() as site:
        catalogue = read_sources(TOML.format(url=site.url), name="held", kinds=known)
        with writing(engine) as session:
            sources.import_catalogue(session, catalogue, now=NOW)
        yield Watched(site, engine, Work(engine, Files(settings.files), settings, NOW))


@pytest.fixture
def watched(sqlite_address: str, tmp_path: Path) -> Iterator[Watched]:
    engine = engine_for(sqlite_address)
    with watching(engine, tmp_path) as made:
        yield made
    engine.dispose()


def all_incidents(session: Session) -> list[str]:
    return [one.kind for one in session.exec(select(Incident))]


def test_one_gone_and_back_again(watched: Watched) -> None:
    watched.read(FIRST)
    assert watched.read(FIRST[1:]).outcome == "ok"
    assert len(watched.gone()) == 1, "the second look follows in the same run"
    assert (watched.open(), watched.news()) == ([], [])
    assert watched.read(FIRST).new == 0
    assert (watched.gone(), watched.news()) == (set(), []), "what returns is not announced again (trap 19)"


def test_all_gone_is_broken(watched: Watched) -> None:
    watched.read(FIRST)
    for _ in range(2):
        assert (watched.read(()).outcome, watched.gone(), watched.open()) == ("failed", set(), ["empty"])
    assert watched.read((*FIRST, "Robin")).new == 1
    assert watched.open() == []
    assert len(watched.news()) == 1
    with reading(watched.engine) as session:
        assert all_incidents(session) == ["empty"]


def test_a_page_that_shows_nothing_and_is_built_otherwise_was_rebuilt(watched: Watched) -> None:
    watched.read(FIRST)
    shell = Page("<html><body><div id=app></div><script src=/app.js></script></body></html>")
    work = Work(watched.engine, watched.work.files, watched.work.settings, NOW + timedelta(days=2))
    watched.site.pages["/reviews"] = shell
    assert crawl_and_work(work, ["exampleshire-reviews"])[0].incident == "structure"
    assert (watched.gone(), watched.open(), watched.news()) == (set(), ["structure"], [])


def test_many_new_at_once_wait_for_an_administrator(watched: Watched) -> None:
    watched.read(FIRST)
    for _ in range(2):
        held = watched.read(MANY)
        assert (held.outcome, held.held, held.new, watched.open()) == ("held", 6, 0, ["structure"])
    assert watched.news() == []
    watched.accept()
    assert watched.read(MANY).new == 6
    assert len(watched.news()) == 6
    assert watched.read(MANY).outcome == "unchanged" or watched.news()
    assert len(watched.news()) == 6
    assert watched.open() == []


def test_what_is_held_can_be_thrown_away(watched: Watched) -> None:
    """Nothing of it is taken; the next reading is judged as always: held if it is like it, taken if it is as before."""
    watched.read(FIRST)
    watched.read(MANY)
    now = NOW + timedelta(days=watched.day, hours=1)
    with writing(watched.engine) as session:
        source = sources.by_name(session, "exampleshire-reviews")
        before = (source.due_at, source.failing_since)
        run = incidents.discard_held(session, source, now=now, by="test")
        assert (run.outcome, run.held_entries) == ("discarded", [])
        assert run.detail.endswith("The reading was thrown away.")
        assert (source.due_at, source.failing_since) == before, "it is failing until it has been read well (rule 3)"
        with pytest.raises(incidents.NothingHeld):
            incidents.discard_held(session, source, now=now, by="test")
    assert (watched.open(), watched.news()) == ([], [])
    assert (watched.read(MANY).outcome, watched.open(), watched.news()) == ("held", ["structure"], [])
    assert (watched.read(FIRST).held, watched.open(), watched.gone()) == (0, [], set())
    assert watched.read((*FIRST, "Robin")).new == 1
    assert len(watched.news()) == 1


def test_a_rebuilt_list_is_held_and_then_moved(watched: Watched) -> None:
    watched.read(FIRST)
    for _ in range(2):
        held = watched.read(FIRST, folder="documents")
        assert (held.outcome, held.held, watched.open()) == ("held", 3, ["structure"])
    watched.accept()
    passed = watched.read(FIRST, folder="documents")
    assert (passed.outcome, passed.new) == ("ok", 0)
    assert watched.news() == []
    assert watched.gone() == set()
    assert "suspected" not in watched.kinds()


def test_a_page_that_is_left_standing_is_no_listing(watched: Watched) -> None:
    """The list has dropped a review; a week later its own page is due for a re-read, and still answers."""
    watched.read(FIRST)
    watched.read(FIRST[1:])
    assert len(watched.gone()) == 1
    watched.read(FIRST[1:], day=9)
    assert len(watched.gone()) == 1


def test_a_page_that_is_read_again_and_is_as_before_is_not_missing(watched: Watched) -> None:
    """A week later the review's own page is due again and unchanged, on a day on which the list has changed."""
    watched.read(FIRST)
    assert watched.read((*FIRST, "Robin"), day=8).new == 1
    assert watched.gone() == set()
    assert len(watched.news()) == 1
