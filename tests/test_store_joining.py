"""One publication, once, over a labelled corpus; joins by later evidence; decisions and back again."""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from store import matches, search
from store.database import engine_for, writing
from store.matching import Decision, Verdict
from store.models import Change, Document, Entry, Match, Publication
from store.query import parse
from store.settling import propose
from store.withdrawals import WrongDecision
from tests.corpus import make
from tests.corpus_archive import NOW, Matched, quality, take

SMALL = make(12, (300, 700))
"""Reviews with one near miss each, so that each kind stands in it twice: about 40 entries."""


@pytest.fixture(scope="module")
def corpus_matched(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Matched:
    path = tmp_path_factory.mktemp("corpus") / "corpus.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    with writing(engine_for(f"sqlite:///{path}")) as session:
        return take(session, SMALL)


def test_nothing_is_joined_that_is_not_one(corpus_matched: Matched) -> None:
    found = quality(corpus_matched)
    assert found.wrong == ()
    assert found.anonymous == 0, "rule 7"


def test_copies_are_found_whatever_was_done_to_them(corpus_matched: Matched) -> None:
    found = quality(corpus_matched)
    assert found.missed == ()
    assert found.queue <= 0.03


def test_updates_and_summaries_are_related(corpus_matched: Matched) -> None:
    found = corpus_matched
    where = {spoken.truth: found.publication[entry] for entry, spoken in found.spoken.items() if not spoken.anonymous}
    wanted = {frozenset((where[one.truth], where[one.related])) for one in SMALL if one.related}
    assert wanted
    assert {frozenset(pair) for pair in found.related} == wanted


def test_an_anonymous_copy_is_proposed(corpus_matched: Matched) -> None:
    found = corpus_matched
    anonymous = {found.publication[entry] for entry, spoken in found.spoken.items() if spoken.anonymous}
    assert {one for pair in found.proposed for one in pair} >= anonymous


def groups(session: Session) -> set[frozenset[str]]:
    """The headings, bytes and sources of each publication's entries."""
    found: dict[int, set[str]] = {}
    for entry in session.exec(select(Entry)):
        found.setdefault(entry.publication_id or 0, set()).add(f"{entry.source_id} {entry.heading} {entry.subject}")
    return {frozenset(one) for one in found.values()}


@pytest.fixture(scope="module")
def fresh(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An archive that each example leaves as it was: nothing is committed."""
    path = tmp_path_factory.mktemp("fresh") / "fresh.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    engine = engine_for(f"sqlite:///{path}")
    yield engine
    engine.dispose()


FEW = [one for one in SMALL if int(one.bytes.split("-")[1]) < 8]


@settings(max_examples=8, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_publications(fresh: Engine, chance: random.Random) -> None:
    found = []
    for entries in (FEW, chance.sample(FEW, len(FEW))):
        with Session(fresh) as session:
            take(session, entries)
            found.append(groups(session))
    assert found[0] == found[1]


def state(session: Session) -> dict[str, object]:
    """All that a decision may change."""
    session.flush()
    entries = session.exec(select(Entry.id, Entry.publication_id).order_by(col(Entry.id))).all()
    documents = session.exec(select(Document.id, Document.publication_id).order_by(col(Document.id))).all()
    shown = session.exec(select(Publication).order_by(col(Publication.id))).all()
    told = session.exec(select(Change.id, Change.publication_id, Change.news).order_by(col(Change.id))).all()
    decided = session.exec(select(Match).order_by(col(Match.id))).all()
    return {
        "entries": [tuple(row) for row in entries],
        "documents": [tuple(row) for row in documents],
        "publications": [one.model_dump() for one in shown],
        "told": [tuple(row) for row in told],
        "matches": [one.model_dump() for one in decided],
        "found": sorted(search.matching_ids(session, parse(""))),
    }


def ask(session: Session, chance: random.Random) -> list[int]:
    """Proposals between any entries and publications, as doubtful evidence would make them."""
    entries = session.exec(select(Entry).order_by(col(Entry.id))).all()
    for entry in chance.sample(list(entries), 8):
        other = chance.choice([one.publication_id for one in entries if one.publication_id != entry.publication_id])
        propose(session, entry, Verdict(Decision.PROPOSED, other), now=NOW)
    session.flush()
    return [
        one for one in session.exec(select(Match.id).where(Match.state == "proposed").order_by(col(Match.id))) if one
    ]


def decide(session: Session, match_id: int, verb: str) -> None:
    with contextlib.suppress(WrongDecision):  # not every decision fits every state
        {"accept": matches.accept, "reject": matches.reject, "undo": matches.undo}[verb](
            session, match_id, now=NOW, by="test"
        )


@pytest.mark.timeout(300)
def test_decisions_taken_back_in_any_order_leave_nothing(fresh: Engine) -> None:
    with Session(fresh) as session:
        take(session, FEW)
        _check_decisions(session)


def _check_decisions(session: Session) -> None:
    """Seeds, not drawn data: what can be decided depends on the archive, which hypothesis must not depend on."""
    for seed in range(25):
        chance = random.Random(seed)
        with session.begin_nested() as savepoint:
            asked = ask(session, chance)
            before = state(session)
            for _ in range(12):
                decide(session, chance.choice(asked), chance.choice(["accept", "accept", "reject", "undo"]))
            for match_id in chance.sample(asked, len(asked)):
                if session.get_one(Match, match_id).state in ("accepted", "rejected"):
                    matches.undo(session, match_id, now=NOW, by="test")
            after = state(session)
            for what, was in before.items():
                assert after[what] == was, f"seed {seed}: {what}"
            savepoint.rollback()
