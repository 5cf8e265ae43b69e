"""Signatures in the tables: what is found through them, what a look-up costs, and that they are renewed."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from store import likeness, signatures
from store.models import Document, PageText, TextMark, TextSignature, Version
from tests.corpus import Writer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WRITER = Writer(random.Random(11))
REPORT = WRITER.sentences(3000)
SUMMARY = [*REPORT[::6], *WRITER.sentences(60)]
CORRECTED = [WRITER.sentence() if number % 25 == 0 else one for number, one in enumerate(REPORT)]


def add(session: Session, sentences: Sequence[str], number: int) -> int:
    """A document with this text, signed; the id of its version."""
    document = Document(url=f"https://a.example/{number}", canonical=f"a.example/{number}", first_seen=NOW)
    session.add(document)
    session.flush()
    version = Version(document_id=document.id or 0, sha256=str(number), first_seen=NOW, last_seen=NOW, state="current")
    session.add(version)
    session.flush()
    session.add(PageText(version_id=version.id or 0, number=1, text=" ".join(sentences)))
    session.flush()
    signatures.keep(session, version.id or 0, [" ".join(sentences)])
    return version.id or 0


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as found:
        yield found


@pytest.fixture
def others(session: Session) -> None:
    for number in range(5):
        add(session, WRITER.sentences(800), 100 + number)


@pytest.mark.usefixtures("others")
def test_a_corrected_copy_is_found_and_a_summary_is_not_taken_for_one(session: Session) -> None:
    report, copy, _ = (add(session, text, number) for number, text in enumerate((REPORT, CORRECTED, SUMMARY)))
    found = signatures.alike(session, report, at_least=0.66)
    assert [one.version_id for one in found] == [copy]
    assert found[0].common == pytest.approx(signatures.common(session, report, copy), abs=0.15)


@pytest.mark.usefixtures("others")
def test_a_summary_and_its_report_find_each_other_without_a_scan(session: Session) -> None:
    report, summary = add(session, REPORT, 1), add(session, SUMMARY, 2)
    assert signatures.Relatives(session, report).parts(shorter=0.6) == [summary]
    assert signatures.Relatives(session, summary).parts(shorter=0.6) == [report]
    assert signatures.Relatives(session, report).parts(shorter=0.05) == []


def test_a_mark_of_very_many_versions_is_kept_for_the_first_ones_only(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "COMMON", 3)
    form = WRITER.sentences(400)
    ids = [add(session, form, number) for number in range(5)]
    counts = session.exec(select(func.count(col(TextMark.mark))).group_by(col(TextMark.mark))).all()
    assert set(counts) == {3}
    assert {one.version_id for one in signatures.alike(session, ids[-1], at_least=0.9)} == set(ids[:3])


def test_a_signature_of_an_older_algorithm_is_made_anew_where_the_text_is_held(session: Session) -> None:
    held, removed = add(session, REPORT, 1), add(session, CORRECTED, 2)
    for version_id in (held, removed):
        session.get_one(TextSignature, version_id).algorithm -= 1
    session.delete(session.get_one(PageText, (removed, 1)))
    session.flush()
    assert signatures.alike(session, held, at_least=0.1) == []
    assert signatures.old(session) == [held]
    signatures.sign_again(session, [held, removed])
    assert session.get_one(TextSignature, held).algorithm == likeness.ALGORITHM
    assert signatures.old(session) == []


def test_what_is_dropped_leaves_no_mark(session: Session) -> None:
    version_id = add(session, REPORT, 1)
    signatures.drop(session, version_id)
    signatures.drop(session, version_id)
    assert session.exec(select(TextMark)).all() == []


def test_a_removed_text_is_known_by_its_signature_alone(session: Session) -> None:
    removed, copy = add(session, REPORT, 1), add(session, CORRECTED, 2)
    session.delete(session.get_one(PageText, (removed, 1)))
    session.get_one(Version, removed).state = "removed"
    session.flush()
    (found,) = signatures.alike(session, copy, at_least=0.66)
    assert (found.version_id, found.removed) == (removed, True)
    assert signatures.Relatives(session, copy).parts(shorter=1.0) == []
