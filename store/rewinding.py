"""The saved pages of a source, moment by moment, and what one reading of them knows for the next."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.addresses import address_key
from store.comparing import Known
from store.models import SavedPage, Source
from store.reading import Reading, content_key

MOST_FRAMES = 20


@dataclass(frozen=True)
class Saved:
    """A page as it was read when it differed from the one before."""

    url: str
    at: datetime
    body: str
    sha256: str


@dataclass(frozen=True)
class Frame:
    """All saved pages of a source as they were at a moment."""

    at: datetime
    bodies: Mapping[str, str]
    hashes: Mapping[str, str]


def saved_pages(session: Session, source: Source) -> Sequence[Saved]:
    """The saved pages of a source, oldest first."""
    statement = select(SavedPage).where(SavedPage.source_id == source.id).order_by(col(SavedPage.id))
    return [
        Saved(one.url, one.saved_at, zlib.decompress(one.body).decode(), one.sha256) for one in session.exec(statement)
    ]


def frames(saved: Iterable[Saved]) -> list[Frame]:
    """A frame for each moment at which a page differed; the other pages are as they were last."""
    found: dict[datetime, Frame] = {}
    latest: dict[str, Saved] = {}
    for one in sorted(saved, key=lambda page: page.at):
        latest[one.url] = one
        bodies = {url: page.body for url, page in latest.items()}
        found[one.at] = Frame(one.at, bodies, {url: page.sha256 for url, page in latest.items()})
    return list(found.values())


def known_of(reading: Reading) -> list[Known]:
    """What would be known after a reading."""
    return [
        Known(
            key=entry.key,
            page=entry.page,
            heading=entry.heading,
            address=address_key(entry.url),
            documents=frozenset(address_key(document.url) for document in entry.documents),
            content=content_key(entry),
        )
        for entry in reading.entries
    ]
