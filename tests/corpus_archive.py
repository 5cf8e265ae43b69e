"""Puts the labelled corpus into an archive as readings would, and tells how its entries were matched."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations

from sqlmodel import Session, col, select

from store import documents, joining
from store.files import Files
from store.models import Document, Entry, EntryDocument, Match, Publisher, Source, Version
from store.text import Extracted, TextState
from tests.corpus import AREAS, ELSEWHERE, Spoken

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILES = Files("memory:///")


@dataclass(frozen=True)
class Matched:
    """How the entries were matched: by entry its publication, and what waits for a person."""

    publication: dict[int, int]
    spoken: dict[int, Spoken]
    proposed: set[tuple[int, int]]
    """By the entry's publication and the other one."""
    related: set[tuple[int, int]]
    """Likewise."""


@dataclass(frozen=True)
class Quality:
    precision: float
    recall: float
    queue: float
    """Share of publications with a proposal; anonymous records, which only a person may join, do not count."""
    anonymous: int
    """Automatic links between an anonymous record and a named one."""
    wrong: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]


def add_sources(session: Session) -> dict[str, Source]:
    """The publishers and their lists; a charity's collection and a re-poster's list."""
    found = {}
    for name in [*AREAS, *ELSEWHERE, "charity", "reposts"]:
        local = name not in ("charity", "reposts")
        kind = "partnership" if local else "charity"
        session.add(Publisher(id=name, name=name.title(), short=name.title(), kind=kind, region="", nation="England"))
        session.flush()
        source = Source(
            name=f"{name}-list" if local else name,
            publisher_id=name,
            kind="nspcc" if name == "charity" else "listing",
            url=f"https://{name}.example/list",
            role="publisher" if local else "witness",
            every="1 day",
        )
        session.add(source)
        session.flush()
        found[source.name] = source
    return found


def add_entry(session: Session, sources: dict[str, Source], spoken: Spoken, number: int) -> Entry:
    """One entry with its document, fetched and read, not settled yet."""
    source = sources[spoken.source]
    address = f"{source.publisher_id}.example/{number}"
    entry = Entry(
        source_id=source.id or 0,
        key=str(number),
        url=f"https://{address}",
        canonical=address,
        page=source.url,
        heading=spoken.heading,
        kind=spoken.kind,
        area=spoken.area or "",
        area_publisher_id=spoken.area,
        anonymous=spoken.anonymous,
        subject=spoken.subject,
        published=date(spoken.year, 6, 1),
        precision="year",
        basis="listed",
        derivative=spoken.shape == "summary",
        first_seen=NOW,
        last_seen=NOW,
    )
    document = Document(
        url=f"https://{address}.pdf",
        canonical=f"{address}.pdf",
        role="overview_report",
        first_seen=NOW,
        tried=1,
        status=200,
    )
    session.add_all([entry, document])
    session.flush()
    session.add(EntryDocument(entry_id=entry.id or 0, document_id=document.id or 0, first_seen=NOW))
    version = Version(
        document_id=document.id or 0,
        sha256=hashlib.sha256(spoken.bytes.encode()).hexdigest(),
        first_seen=NOW,
        last_seen=NOW,
    )
    session.add(version)
    session.flush()
    read = Extracted(TextState.READ, list(spoken.pages))
    documents.store_text(session, FILES, version.id or 0, read, now=NOW)
    return entry


def take(session: Session, entries: Sequence[Spoken]) -> Matched:
    """Settle them one after the other, in this order."""
    sources = add_sources(session)
    spoken_by_id = {}
    for number, spoken in enumerate(entries):
        entry = add_entry(session, sources, spoken, number)
        joining.settle_one(session, entry.id or 0, now=NOW)
        spoken_by_id[entry.id or 0] = spoken
    return matched(session, spoken_by_id)


def matched(session: Session, spoken: dict[int, Spoken]) -> Matched:
    rows = session.exec(select(Entry.id, Entry.publication_id))
    of_entry = {entry: publication for entry, publication in rows if entry and publication}
    matches = session.exec(select(Match).where(col(Match.state).in_(("proposed", "related")))).all()
    return Matched(
        of_entry,
        spoken,
        {(of_entry[one.entry_id], one.publication_id) for one in matches if one.state == "proposed"},
        {(of_entry[one.entry_id], one.publication_id) for one in matches if one.state == "related"},
    )


def quality(found: Matched) -> Quality:
    """By pairs of named entries: do two of one publication belong together, and are two of one truth together?"""
    named = sorted(entry for entry, spoken in found.spoken.items() if not spoken.anonymous)
    together = {pair for pair in combinations(named, 2) if _same(found.publication, pair)}
    truly = {pair for pair in combinations(named, 2) if found.spoken[pair[0]].truth == found.spoken[pair[1]].truth}
    publications = set(found.publication.values())
    anonymous = {found.publication[entry] for entry, spoken in found.spoken.items() if spoken.anonymous}
    waiting = {pair[0] for pair in found.proposed if not anonymous & set(pair)}
    return Quality(
        len(together & truly) / max(len(together), 1),
        len(together & truly) / max(len(truly), 1),
        len(waiting) / len(publications),
        _anonymous_links(found),
        tuple(_shapes(found, together - truly)),
        tuple(_shapes(found, truly - together)),
    )


def _same(publication: dict[int, int], pair: tuple[int, int]) -> bool:
    return publication[pair[0]] == publication[pair[1]]


def _shapes(found: Matched, pairs: Iterable[tuple[int, int]]) -> list[tuple[str, str]]:
    return sorted((found.spoken[one].shape, found.spoken[other].shape) for one, other in pairs)


def _anonymous_links(found: Matched) -> int:
    kinds: dict[int, set[bool]] = {}
    for entry, publication in found.publication.items():
        kinds.setdefault(publication, set()).add(found.spoken[entry].anonymous)
    return sum(len(one) > 1 for one in kinds.values())
