"""One publication, once, over a labelled corpus; joins by later evidence; decisions and back again."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from store.database import engine_for, writing
from store.models import Entry
from tests.corpus import make
from tests.corpus_archive import Matched, quality, take
from tests.decisions import returns_to_the_start, subscribe

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


@pytest.fixture(scope="module")
def in_order(fresh: Engine) -> set[frozenset[str]]:
    with Session(fresh) as session:
        take(session, FEW)
        return groups(session)


@settings(max_examples=8, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_publications(
    fresh: Engine, in_order: set[frozenset[str]], chance: random.Random
) -> None:
    with Session(fresh) as session:
        take(session, chance.sample(FEW, len(FEW)))
        assert groups(session) == in_order


@pytest.mark.timeout(300)
def test_decisions_taken_back_in_any_order_leave_nothing(fresh: Engine) -> None:
    """Seeds, not drawn data: what can be decided depends on the archive, which hypothesis must not depend on.

    `python -m bench decisions` does a thousand.
    """
    with Session(fresh) as session:
        take(session, make(8, (160, 220)))
        subscribe(session)
        for seed in range(12):
            assert returns_to_the_start(session, seed) == [], f"seed {seed}"
