"""Plays the sample publishers' story into an archive, for tests of the whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from config.settings import Settings
from config.sources_toml import read_sources
from reviewwatch.tasks import crawl_and_work
from reviewwatch.work import Work
from samples.expected import Expected, expected
from samples.server import SampleServer
from samples.sources import sources_toml
from spiders.base import kinds, spider_for
from store import sources
from store.database import reading, writing
from store.entries import RunSummary
from store.files import Files
from store.models import Change, Entry, Source

READ_AT = timedelta(hours=6)


@dataclass
class Story:
    server: SampleServer
    engine: Engine
    settings: Settings
    files: Files

    def moment(self, day: int) -> datetime:
        return datetime.combine(self.server.first_day, datetime.min.time(), tzinfo=UTC) + timedelta(days=day) + READ_AT

    def expected(self, day: int) -> Expected:
        return expected(day, self.server.first_day)

    def names(self) -> list[str]:
        with reading(self.engine) as session:
            return [source.name for source in sources.enabled(session)]

    def work(self, day: int) -> Work:
        return Work(self.engine, self.files, self.settings, self.moment(day))

    def play(self, day: int, names: list[str] | None = None) -> dict[str, RunSummary]:
        """Read all sources as they are on that day, and work off what that makes due."""
        self.server.set_day(day)
        self.server.requests.clear()
        return {one.source: one for one in crawl_and_work(self.work(day), names or self.names())}

    def changes(self, day: int, kind: str, *, only_news: bool = False) -> set[int]:
        """Publications with such a change on that day."""
        with reading(self.engine) as session:
            statement = select(Change).where(Change.kind == kind, col(Change.at) == self.moment(day))
            found = session.exec(statement).all()
        return {change.publication_id for change in found if change.news or not only_news}

    def publication(self, session: Session, source: str, url: str) -> int:
        """The publication of an entry of the story, by its source and its story's address."""
        statement = (
            select(Entry.publication_id)
            .join(Source, col(Source.id) == col(Entry.source_id))
            .where(Source.name == source, Entry.url == self.server.url(url))
        )
        found = session.exec(statement).all()
        assert len(found) == 1, f"{source} has {len(found)} entries at {url}"
        assert found[0] is not None, f"{source}: {url} has no publication"
        return found[0]

    def publications_of(self, day: int, reviews: set[str]) -> set[int]:
        """The publications of these reviews, by any entry that shows one on that day or the day before."""
        found = set()
        with reading(self.engine) as session:
            for when in (day, day - 1):
                for source, rows in self.expected(max(when, 0)).entries.items():
                    found |= {
                        self.publication(session, source, row.url)
                        for row in rows
                        if row.review in reviews and self._has(session, source, row.url)
                    }
        return found

    def _has(self, session: Session, source: str, url: str) -> bool:
        row = session.exec(select(Source.id).where(Source.name == source)).one()
        return (
            session.exec(select(Entry.id).where(Entry.source_id == row, Entry.url == self.server.url(url))).first()
            is not None
        )


def import_story(engine: Engine, server: SampleServer, now: datetime) -> None:
    known = {kind: spider_for(kind).OptionsModel for kind in kinds()}
    catalogue = read_sources(sources_toml(server), name="story", kinds=known)
    with writing(engine) as session:
        sources.import_catalogue(session, catalogue, now=now)


@contextmanager
def story(engine: Engine, folder: Path) -> Iterator[Story]:
    settings = Settings(data_dir=folder, download_delay=0.0, allow_private_addresses=True, contact="tests@example.org")
    with SampleServer() as server:
        made = Story(server, engine, settings, Files(settings.files))
        import_story(engine, server, made.moment(0))
        yield made
