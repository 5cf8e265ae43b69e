"""Suspected withdrawals and their copies: what is hidden together, and what each decision leaves."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from store import changes, documents, file_views, joining, matches, search, withdrawals
from store.database import writing
from store.models import Document, Publication, Source, Version, Withdrawal
from store.query import parse
from store.sources import UnknownName
from store.text import Extracted, TextState
from store.withdrawals import WrongDecision
from tests.corpus import Spoken, Writer
from tests.corpus_archive import FILES, NOW, add_entry, add_sources

LATER = NOW + timedelta(days=2)
NAMED, UNNAMED = (
    "The lodger, Mr Quillfeather, was known to no agency.",
    "The lodger, a relative, was known to no agency.",
)
COVER = "Title: Serious case review\nLSCB: unknown\nAuthor: A person\nDate of publication: 2025\n"


def pages(*first: str, cover: str = "") -> tuple[str, ...]:
    text = " ".join([*first, *Writer(random.Random(5)).sentences(200)])
    return (cover, text) if cover else (text,)


PLUM = Spoken(
    "plum", "exampleshire-list", "exampleshire", "Child Plum", 2025, "Child Plum 2025", pages(NAMED), "report", "plum"
)
ANONYMOUS = replace(PLUM, source="charity", area=None, anonymous=True, heading="2025 - Anonymous - Child X")
COVERED = replace(ANONYMOUS, pages=pages(NAMED, cover=COVER), bytes="covered")


Archive = tuple[Session, dict[str, Source]]


@pytest.fixture
def archive(engine: Engine) -> Iterator[Archive]:
    with writing(engine) as session:
        yield session, add_sources(session)


def settle(archive: Archive, spoken: Spoken, number: int = 0) -> Publication:
    session, sources = archive
    entry = add_entry(session, sources, spoken, number)
    joining.settle_one(session, entry.id or 0, now=NOW)
    return session.get_one(Publication, entry.publication_id)


def document_of(session: Session, publication: Publication) -> Document:
    return session.exec(select(Document).where(Document.publication_id == publication.id)).one()


def replaced(session: Session, publication: Publication, text: tuple[str, ...], bytes_: str) -> Version:
    """The document's next version is read."""
    document = document_of(session, publication)
    version = Version(document_id=document.id or 0, sha256=bytes_ * 32, first_seen=LATER, last_seen=LATER)
    session.add(version)
    session.flush()
    documents.store_text(session, FILES, version.id or 0, Extracted(TextState.READ, list(text)), now=LATER)
    return version


def found(session: Session, word: str = "quillfeather") -> set[int]:
    return set(search.matching_ids(session, parse(word)))


def waiting(session: Session) -> list[Withdrawal]:
    statement = select(Withdrawal).where(col(Withdrawal.decided_at).is_(None)).order_by(col(Withdrawal.id))
    return list(session.exec(statement))


@pytest.mark.parametrize("copy", [ANONYMOUS, COVERED], ids=["the same bytes", "with a cover"])
def test_copies_under_other_publications_are_hidden_and_kept_together(archive: Archive, copy: Spoken) -> None:
    session = archive[0]
    plum, other = settle(archive, PLUM), settle(archive, copy, 1)
    assert found(session) == {plum.id, other.id}
    replaced(session, plum, pages(UNNAMED), "ab")
    assert found(session) == set()
    assert (plum.status, other.status) == ("suspected", "suspected")
    cause, follower = waiting(session)
    assert (follower.publication_id, follower.follows_id) == (other.id, cause.id)
    assert f"publication {plum.id}" in follower.reason
    notes = [change.note for change in changes.of_publication(session, other.id or 0)]
    assert not any("publication" in note for note in notes), "rule 7: only administrators learn of the link"
    with pytest.raises(WrongDecision, match=f"decide withdrawal {cause.id}"):
        withdrawals.keep(session, follower.id or 0, now=LATER, by="test")
    withdrawals.keep(session, cause.id or 0, now=LATER, by="test")
    assert (plum.status, other.status, waiting(session)) == ("listed", "listed", [])
    assert found(session) == {other.id}, "of the one its newer version is shown, of the other one what it has"


def test_a_person_hides_at_once_what_a_publisher_asks_for(archive: Archive) -> None:
    session = archive[0]
    plum, other = settle(archive, PLUM), settle(archive, ANONYMOUS, 1)
    made = withdrawals.hide(session, plum.id or 0, now=LATER)
    assert (plum.status, other.status, found(session)) == ("suspected", "suspected", set())
    with pytest.raises(WrongDecision, match="is suspected"):
        withdrawals.hide(session, plum.id or 0, now=LATER)
    with pytest.raises(UnknownName):
        withdrawals.hide(session, 99, now=LATER)
    withdrawals.keep(session, made.id or 0, now=LATER, by="test")
    assert (plum.status, other.status, found(session)) == ("listed", "listed", {plum.id, other.id})


@pytest.mark.parametrize("copy", [ANONYMOUS, COVERED], ids=["the same bytes", "with a cover"])
def test_a_copy_that_comes_while_it_waits_is_hidden_at_once(archive: Archive, copy: Spoken) -> None:
    session = archive[0]
    plum = settle(archive, PLUM)
    replaced(session, plum, pages(UNNAMED), "ab")
    other = settle(archive, copy, 1)
    assert (found(session), other.status) == (set(), "suspected")
    newer = settle(archive, replace(ANONYMOUS, pages=pages(UNNAMED), bytes="newer", subject="Child Y"), 2)
    assert newer.status == "listed", "what the publisher shows now may be shown"


def test_what_is_removed_takes_the_same_bytes_with_it_and_asks_about_what_is_nearly_the_same(archive: Archive) -> None:
    session = archive[0]
    plum, same = settle(archive, PLUM), settle(archive, ANONYMOUS, 1)
    near = settle(archive, replace(COVERED, area="penwick", source="penwick-list", anonymous=False, year=2019), 2)
    assert len({plum.id, same.id, near.id}) == 3
    withdrawals.suspect(session, plum, "gone early", now=LATER)
    assert {one.status for one in (plum, same, near)} == {"suspected"}
    withdrawals.remove(session, waiting(session)[0].id or 0, files=FILES, now=LATER, by="test")
    assert [one.status for one in (plum, same, near)] == ["removed", "removed", "suspected"]
    (left,) = waiting(session)
    assert (left.publication_id, left.follows_id) == (near.id, None)
    withdrawals.keep(session, left.id or 0, now=LATER, by="test")
    assert found(session) == {near.id}


def test_what_is_replaced_leaves_another_publication_what_else_it_has(archive: Archive) -> None:
    session = archive[0]
    plum, other = settle(archive, PLUM), settle(archive, ANONYMOUS, 1)
    newer = replaced(session, plum, pages(UNNAMED), "ab")
    withdrawals.replace(session, waiting(session)[0].id or 0, files=FILES, now=LATER, by="test")
    assert (plum.status, other.status, found(session)) == ("listed", "removed", set())
    assert document_of(session, plum).current_version_id == newer.id


def test_a_second_redaction_before_the_decision_hides_the_first_one_too(archive: Archive) -> None:
    session = archive[0]
    plum = settle(archive, PLUM)
    first = replaced(session, plum, pages("The lodger, Mrs Thistlewood, was known to no agency."), "ab")
    replaced(session, plum, pages(UNNAMED), "cd")
    (one,) = waiting(session)
    withdrawals.replace(session, one.id or 0, files=FILES, now=LATER, by="test")
    assert file_views.file_view(session, first.id or 0) is None
    assert found(session, "thistlewood") == set()
    assert found(session, "lodger") == {plum.id}


def test_what_is_reverted_while_it_waits_is_decided_like_the_older_one(archive: Archive) -> None:
    session = archive[0]
    plum = settle(archive, PLUM)
    redacted = replaced(session, plum, pages(UNNAMED), "ab")
    reverted = replaced(session, plum, pages(NAMED), "ef")
    assert (plum.status, found(session)) == ("suspected", set())
    withdrawals.replace(session, waiting(session)[0].id or 0, files=FILES, now=LATER, by="test")
    assert (reverted.state, found(session)) == ("removed", set())
    assert document_of(session, plum).current_version_id == redacted.id


def test_nothing_is_moved_to_or_from_what_may_be_withdrawn(archive: Archive) -> None:
    session = archive[0]
    plum = settle(archive, PLUM)
    settle(archive, ANONYMOUS, 1)
    (asked,) = [match for match, _, _ in matches.listed(session)]
    withdrawals.suspect(session, plum, "gone early", now=LATER)
    with pytest.raises(WrongDecision, match="decide its withdrawal first"):
        matches.accept(session, asked.id or 0, now=LATER, by="test")
    assert asked.state == "proposed"
