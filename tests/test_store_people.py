"""Users, passwords, links, sessions, tokens."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.settings import Settings
from store import people
from store.database import reading, writing
from store.models import SignIn
from store.people import PeopleError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, base_url="https://reviews.example", secret_key="a key for tests")


def test_an_address_is_one_user_however_it_is_written(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        people.add_user(session, " Ada@Example.org ", "staff", now=now)
        with pytest.raises(PeopleError, match=r"ada@example\.org"):
            people.add_user(session, "ADA@example.ORG", "staff", now=now)
        assert people.find_user(session, "aDa@example.org") is not None


@pytest.mark.parametrize("email", ["", "ada", "a b@example.org", "a@b@c", "ada@example.org,sam@example.org", "<a@b>"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(PeopleError, match="email address"):
        people.clean_email(email)


def test_an_unknown_role_is_refused(engine: Engine, now: datetime) -> None:
    with writing(engine) as session, pytest.raises(PeopleError, match="administrator or staff"):
        people.add_user(session, "a@example.org", "king", now=now)


def test_a_link_signs_in_once_and_not_for_ever(engine: Engine, settings: Settings, now: datetime) -> None:
    with writing(engine) as session:
        user = people.add_user(session, "ada@example.org", "administrator", now=now)
        link = people.make_link(settings, user, now=now)
        assert link.startswith("https://reviews.example/sign-in/link/")
        token = link.rpartition("/")[2]
        found = people.user_of_link(session, settings, token, now=now + timedelta(hours=23))
        assert found is not None
        assert found.id == user.id
        assert people.user_of_link(session, settings, token, now=now + timedelta(hours=24)) is None
        assert people.user_of_link(session, settings, f"{token}x", now=now) is None
        people.sign_in(session, user, now=now)
        assert people.user_of_link(session, settings, token, now=now) is None


def test_a_session_ends_when_idle_when_old_and_when_the_user_is_disabled(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        people.add_user(session, "other@example.org", "administrator", now=now)
        user = people.add_user(session, "ada@example.org", "administrator", now=now)
        value = people.sign_in(session, user, now=now)
        assert session.get(SignIn, value) is None, "only the hash is kept"
        assert people.user_of_session(session, value, now=now + people.IDLE - timedelta(seconds=1)) is not None
        assert people.user_of_session(session, value, now=now + people.IDLE) is None
        late = now + people.LONGEST
        people.note_seen(session, value, now=late)
        session.expire_all()
        assert people.user_of_session(session, value, now=late - timedelta(seconds=1)) is not None
        assert people.user_of_session(session, value, now=late) is None
        people.disable_user(session, user, now=now)
        assert people.user_of_session(session, value, now=now) is None


def test_five_wrong_tries_lock_the_account_for_a_while(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        user = people.add_user(session, "ada@example.org", "staff", now=now)
        for _ in range(4):
            people.count_failure(session, user, now=now)
            assert people.may_try(user, now)
        people.count_failure(session, user, now=now)
        assert not people.may_try(user, now)
        assert people.may_try(user, now + people.LOCKED)
        assert [one.what for one in people.decisions(session)] == ["account locked"]


def test_the_last_administrator_stays(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        ada = people.add_user(session, "ada@example.org", "administrator", now=now)
        sam = people.add_user(session, "sam@example.org", "staff", now=now)
        with pytest.raises(PeopleError, match="only administrator"):
            people.disable_user(session, ada, now=now)
        with pytest.raises(PeopleError, match="only administrator"):
            people.set_role(session, ada, "staff")
        people.set_role(session, sam, "administrator")
        people.set_role(session, ada, "staff")
        assert ada.role == "staff"


def test_a_token_works_until_it_or_its_user_ends(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        user = people.add_user(session, "sam@example.org", "staff", now=now)
        value = people.make_token(session, user, "a program", now=now)
        other = people.make_token(session, user, "another", now=now)
    with reading(engine) as session:
        found = people.user_of_token(session, value)
        assert found is not None
        assert found.email == "sam@example.org"
        assert people.user_of_token(session, "rw_wrong") is None
    with writing(engine) as session:
        (first, _) = people.tokens_of(session, user)
        people.end_token(session, user, first.id or 0, now=now)
        assert people.user_of_token(session, value) is None
        assert people.user_of_token(session, other) is not None
        people.disable_user(session, people.user_by_id(session, user.id or 0), now=now)
        assert people.user_of_token(session, other) is None


def test_the_audit_log_reads_from_the_newest_in_pages(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        for number in range(5):
            people.record(session, "ada", "source enabled", str(number), now=now, after={"enabled": True})
        first = people.decisions(session, limit=3)
        assert [one.target for one in first] == ["4", "3", "2"]
        assert [one.target for one in people.decisions(session, before_id=first[-1].id, limit=3)] == ["1", "0"]
