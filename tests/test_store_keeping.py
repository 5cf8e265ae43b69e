"""How long things are kept: what a dry run counts, what goes, and what stays true."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from store import backups, chores, keeping, search, withdrawals
from store.database import writing
from store.files import Files
from store.models import (
    Channel,
    Decision,
    Delivery,
    Digest,
    PageText,
    Publication,
    Recipient,
    SignIn,
    Subscription,
    TextSignature,
    Topic,
    User,
    Version,
)
from store.models.messages import Leaver, SubscriptionTopic
from store.publications import entries_of
from store.query import parse
from store.shown import refresh
from store.sources import UnknownName
from tests.corpus_archive import NOW, add_sources
from tests.test_store_crash import kept
from tests.test_store_withdrawals import PLUM, document_of, replaced, settle

OLD, YEARS = NOW - timedelta(days=1200), NOW + timedelta(days=1200)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files((tmp_path / "files").as_uri())


def counts(session: Session) -> dict[str, int]:
    return {one.sort: one.count for one in keeping.plan(session, now=NOW) if one.count}


def channel(session: Session, name: str) -> Channel:
    row = Channel(name=name, kind="email", secret=f"encrypted {name}", shown="a…@example.org", made_at=OLD)
    session.add(row)
    session.flush()
    session.add(Recipient(channel_id=row.id or 0, address=f"{name}@example.org"))
    return row


def subscription(session: Session, of: Channel, **values: Any) -> Subscription:
    row = Subscription(channel_id=of.id or 0, started_at=OLD, **values)
    session.add(row)
    session.flush()
    return row


def people(session: Session) -> None:
    """One of each that is old, and one of each that is in use."""
    user = User(email="gone@example.org", name="Gone", password_hash="x", made_at=OLD, disabled_at=OLD)
    session.add_all([user, User(email="here@example.org", made_at=OLD)])
    session.flush()
    session.add(SignIn(id="x", user_id=user.id, made_at=OLD, seen_at=OLD, expires_at=NOW - timedelta(days=1)))
    session.add(SignIn(id="y", user_id=user.id, made_at=OLD, seen_at=OLD, expires_at=NOW + timedelta(days=1)))
    session.add(Decision(at=OLD, who="gone@example.org", what="match accepted", target="1"))
    used = subscription(session, channel(session, "used"), confirmed_at=OLD)
    ended = subscription(session, channel(session, "ended"), confirmed_at=OLD, ended_at=OLD)
    session.add(Leaver(subscription_id=ended.id or 0, address="ended@example.org", left_at=OLD))
    asked = subscription(session, channel(session, "asked"))
    topic = Topic(name="everything", slug="everything", made_at=OLD)
    session.add(topic)
    session.flush()
    session.add(SubscriptionTopic(subscription_id=asked.id or 0, topic_id=topic.id or 0))
    for number, moment in enumerate((OLD, NOW)):
        digest = Digest(subscription_id=used.id or 0, made_at=moment, period_start=moment, period_end=moment)
        session.add(digest)
        session.flush()
        for name in ("one", "two"):
            session.add(
                Delivery(
                    digest_number=digest.number or 0, channel_id=used.channel_id, recipient=f"{name}@example.org",
                    state="accepted", message_id=f"<{number}-{name}>", sent_at=moment, error="said one@example.org",
                )
            )  # fmt: skip
    session.flush()


def test_a_dry_run_counts_and_changes_nothing(session: Session) -> None:
    people(session)
    wanted = {"sign_ins": 1, "unconfirmed": 1, "former_readers": 1, "delivery_addresses": 2, "former_users": 1}
    assert counts(session) == wanted
    assert counts(session) == wanted
    keeping.set_months(session, "former_users", None)
    assert "former_users" not in counts(session)


def test_what_is_known_of_people_goes_and_the_record_stays_true(session: Session, files: Files) -> None:
    people(session)
    keeping.apply(session, files, now=NOW, by="test")
    assert counts(session) == {}
    assert sorted(one.name for one in session.exec(select(Channel))) == ["former channel 2", "used"]
    old, new = ([one for one in session.exec(select(Delivery)) if one.digest_number == number] for number in (1, 2))
    assert [(one.state, one.sent_at, "@" in one.recipient + one.error) for one in old] == [("accepted", OLD, False)] * 2
    assert sorted(one.recipient for one in new) == ["one@example.org", "two@example.org"]
    assert [one.who for one in session.exec(select(Decision).where(Decision.at == OLD))] == ["user-1@former.invalid"]
    assert {one.email for one in session.exec(select(User))} == {"user-1@former.invalid", "here@example.org"}
    assert [one.id for one in session.exec(select(SignIn))] == []
    assert session.exec(select(Leaver)).all() == []
    said = session.exec(select(Decision).where(Decision.what == "retention applied")).one()
    assert said.after["delivery_addresses"] == 2


def test_files_of_what_is_no_longer_listed_go_when_wished_and_come_again_when_it_is_listed(
    engine: Engine, files: Files, tmp_path: Path
) -> None:
    sha256 = kept(files, tmp_path, PLUM.bytes)
    with writing(engine) as session:
        plum = settle((session, add_sources(session)), PLUM)
        entries_of(session, plum)[0].gone_at = OLD
        plum.status = "unlisted"
        assert counts(session) == {}
        keeping.set_months(session, "unlisted_files", 24)
        assert counts(session) == {"unlisted_files": 1}
        keeping.apply(session, files, now=NOW, by="test")
    assert not files.exists(sha256)
    with writing(engine) as session:
        plum = session.get_one(Publication, plum.id)
        assert [len(session.exec(select(one)).all()) for one in (PageText, TextSignature)] == [0, 0]
        assert search.matching_ids(session, parse("plum")) == {plum.id}, "what its sources say of it stays"
        entries_of(session, plum)[0].gone_at = None
        refresh(session, plum, now=NOW)
        assert (plum.status, document_of(session, plum).due_at) == ("listed", NOW)
        again = replaced(session, plum, PLUM.pages, "ab")
        assert (again.state, search.matching_ids(session, parse("quillfeather"))) == ("current", {plum.id})


def test_older_versions_go_when_wished_and_leave_the_current_one(session: Session, files: Files) -> None:
    plum = settle((session, add_sources(session)), PLUM)
    text = (PLUM.pages[0].replace("known to no agency", "known to no agencies"),)
    newer = replaced(session, plum, text, "ab")
    first = session.get_one(Version, 1)
    assert first.state == "older"
    first.last_seen = OLD
    keeping.set_months(session, "older_versions", 6)
    keeping.apply(session, files, now=NOW, by="test")
    assert (first.state, newer.state, document_of(session, plum).current_version_id) == ("removed", "current", newer.id)


def test_what_cannot_be_set_is_refused(session: Session) -> None:
    with pytest.raises(UnknownName, match="sign_ins"):
        keeping.set_months(session, "cookies", 1)
    with pytest.raises(keeping.WrongTime):
        keeping.set_months(session, "sign_ins", 601)


def test_a_chore_is_done_once_a_night(session: Session) -> None:
    night = NOW + timedelta(hours=18)
    assert not chores.take(session, "retention", now=NOW, first=night)
    assert chores.take(session, "retention", now=night, first=night)
    assert not chores.take(session, "retention", now=night, first=night), "another process has it"
    chores.done(session, "retention", next_at=night + timedelta(days=1))
    assert not chores.take(session, "retention", now=night, first=night)


def test_backups_made_before_a_removal_are_named(session: Session, files: Files) -> None:
    plum = settle((session, add_sources(session)), PLUM)
    backups.note(session, "/a/first.tar.gz", made_at=NOW)
    one = withdrawals.suspect(session, plum, "gone early", now=NOW)
    withdrawals.remove(session, one.id or 0, files=files, now=NOW + timedelta(hours=1), by="test")
    backups.note(session, "/a/second.tar.gz", made_at=NOW + timedelta(hours=2))
    (named,) = backups.listed(session, only_with_removed=True)
    assert (named.path, named.removals) == ("/a/first.tar.gz", 1)
    backups.deleted(session, named.id, now=NOW)
    assert [one.path for one in backups.listed(session)] == ["/a/second.tar.gz"]
    backups.note(session, "/a/second.tar.gz", made_at=NOW + timedelta(hours=3))
    assert len(backups.listed(session)) == 1, "the file was written anew"
