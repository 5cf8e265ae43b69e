"""One story told by many sources, in any order: the publications are the same, whoever comes first and however late."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from store import changes, documents, joining, matches
from store.database import engine_for
from store.models import Document, Entry, EntryDocument, Publication, Source, Version
from store.text import Extracted, TextState
from tests.corpus import Writer
from tests.corpus_archive import FILES, NOW, add_sources

ORDERS = 10
TEXTS = {
    name: " ".join(Writer(random.Random(number)).sentences(220))
    for number, name in enumerate(("report", "brief", "update", "joint"))
}
COVER = "Title: A review\nLSCB: Exampleshire\nAuthor: A person\nDate of publication: 2025\n"


@dataclass(frozen=True)
class Told:
    """What one source says: `file` is the document's address, `text` which text it has; without a file: no document."""

    name: str
    source: str
    heading: str
    subject: str = "Child Wren"
    area: str | None = "exampleshire"
    year: int = 2025
    file: str = ""
    text: str = ""
    cover: bool = False
    kind: str = "local_review"
    anonymous: bool = False


STORY = (
    Told("list", "exampleshire-list", "Child Wren overview report", file="own/wren.pdf", text="report"),
    Told("brief", "exampleshire-list", "Child Wren learning brief", file="own/brief.pdf", text="brief"),
    Told("second copy", "reposts", "Child Wren", file="copy/wren.pdf", text="report", cover=True),
    Told("feed", "exampleshire-feed", "New review: Child Wren", "", file="own/wren.pdf", text="report", kind="news"),
    Told("witness", "charity", "2025 - Exampleshire - Child Wren"),
    Told("anonymous", "charity", "2025 - Anonymous - Child W", area=None, subject="Child W", file="library/w.pdf",
         text="report", cover=True, anonymous=True),
    Told("update", "exampleshire-list", "Child Wren progress report", year=2026, file="own/update.pdf",
         text="update"),
    Told("joint here", "wexmoor-list", "Child Lark", "Child Lark", "wexmoor", file="wex/lark.pdf", text="joint"),
    Told("joint there", "penwick-list", "Child Lark", "Child Lark", "penwick", file="pen/lark.pdf", text="joint"),
)  # fmt: skip
WANTED = {
    frozenset({"list", "brief", "second copy", "feed", "witness"}),
    frozenset({"anonymous"}),
    frozenset({"update"}),
    frozenset({"joint here", "joint there"}),
}


@pytest.fixture(scope="module")
def fresh(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Nothing is committed, so each order begins with an empty archive."""
    path = tmp_path_factory.mktemp("orders") / "orders.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine = engine_for(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def sources(session: Session) -> dict[str, Source]:
    feed = Source(
        name="exampleshire-feed", publisher_id="exampleshire", kind="feed", url="https://exampleshire.example"
    )
    found = add_sources(session)
    session.add(feed)
    session.flush()
    return found | {feed.name: feed}


def tell(session: Session, known: dict[str, Source], told: Told, number: int) -> None:
    """A reading brings it; its document is fetched and read; it is settled."""
    source, address = known[told.source], f"{told.source}.example/{number}"
    entry = Entry(
        source_id=source.id or 0, key=told.name, url=f"https://{address}", canonical=address, page=source.url,
        heading=told.heading, kind=told.kind, area=told.area or "", area_publisher_id=told.area, subject=told.subject,
        anonymous=told.anonymous, published=date(told.year, 6, 1), precision="year", basis="listed", first_seen=NOW,
        last_seen=NOW,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    if told.file:
        document = document_of(session, told)
        session.add(EntryDocument(entry_id=entry.id or 0, document_id=document.id or 0, first_seen=NOW))
        session.flush()
    joining.settle_one(session, entry.id or 0, now=NOW + timedelta(days=number))


def document_of(session: Session, told: Told) -> Document:
    known = session.exec(select(Document).where(Document.canonical == told.file)).first()
    if known:
        return known
    document = Document(
        url=f"https://{told.file}", canonical=told.file, role="overview_report", first_seen=NOW, tried=1, status=200
    )
    session.add(document)
    session.flush()
    version = Version(
        document_id=document.id or 0,
        sha256=f"{told.text}{'-cover' if told.cover else ''}",
        first_seen=NOW,
        last_seen=NOW,
    )
    session.add(version)
    session.flush()
    pages = [COVER, TEXTS[told.text]] if told.cover else [TEXTS[told.text]]
    documents.store_text(session, FILES, version.id or 0, Extracted(TextState.READ, pages), now=NOW)
    return document


def groups(session: Session) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for entry in session.exec(select(Entry)):
        found.setdefault(entry.publication_id or 0, set()).add(entry.key)
    return {frozenset(one) for one in found.values()}


@pytest.mark.parametrize("seed", range(ORDERS))
def test_any_order_gives_the_same_publications_and_announces_each_once(fresh: Engine, seed: int) -> None:
    order = random.Random(seed).sample(STORY, len(STORY))
    with Session(fresh) as session:
        known = sources(session)
        for number, told in enumerate(order):
            tell(session, known, told, number)
        assert groups(session) == WANTED, [told.name for told in order]
        shown = session.exec(select(Publication).where(Publication.status == "listed")).all()
        news = {
            one.id: [line.kind for line in changes.of_publication(session, one.id or 0) if line.news] for one in shown
        }
        assert all(kinds.count("new") == 1 for kinds in news.values()), news


def test_an_update_report_under_the_reviews_own_heading_is_a_document_of_it(fresh: Engine) -> None:
    """Publishers decide what is one listing: only a line of its own makes a publication of its own."""
    with Session(fresh) as session:
        known = sources(session)
        tell(session, known, STORY[0], 0)
        entry = session.exec(select(Entry)).one()
        late = document_of(session, STORY[6])
        late.text = "Child Wren: progress report, one year on"
        session.add(EntryDocument(entry_id=entry.id or 0, document_id=late.id or 0, first_seen=NOW))
        joining.take_late_documents(session, entry.id or 0, now=NOW + timedelta(days=365))
        assert len(session.exec(select(Publication)).all()) == 1
        *_, last = changes.of_publication(session, entry.publication_id or 0)
        assert (last.kind, last.note, last.news) == ("document_added", late.text, True)


def test_what_a_person_has_taken_apart_is_not_joined_by_a_third_entry(fresh: Engine) -> None:
    """Rule 8: it never comes back by itself."""
    third = Told("third", "charity", "2025 - Exampleshire - Child Wren", file="library/wren.pdf", text="report")
    with Session(fresh) as session:
        known = sources(session)
        for number, told in enumerate((STORY[0], STORY[2])):
            tell(session, known, told, number)
        (match,) = (one for one, entry, _ in matches.listed(session, state="automatic") if entry.key == "second copy")
        matches.undo(session, match.id or 0, now=NOW, by="test")
        tell(session, known, third, 2)
        assert {"second copy"} in groups(session)
