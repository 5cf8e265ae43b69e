"""A reader asks for digests, confirms them from a real mail, and ends them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from config.settings import Settings
from store import channels, subscriptions, topics
from store.database import reading, writing
from store.files import Files
from tests.mailbox import Mailbox, mailbox
from tests.web_archive import ADMINISTRATOR, BASE_URL, STAFF, fill, serving, settings_for, sign_in, token_in

WISH = {"topic": "Everything", "frequency": "weekly", "at": "07:30", "weekday": "2"}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def settings(database_address: str, tmp_path: Path, box: Mailbox) -> Settings:
    return settings_for(database_address, tmp_path).model_copy(
        update={"smtp_url": SecretStr(box.url), "mail_from": "watch@example.org"}
    )


@pytest.fixture
def filled(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> Engine:
    fill(engine, Files(settings.files), tmp_path, now=now)
    with writing(engine) as session:
        topics.add(session, "Everything", "", now=now)
    return engine


@pytest.fixture
def client(filled: Engine, settings: Settings, now: datetime) -> Iterator[TestClient]:
    with serving(filled, settings, now) as made:
        sign_in(made)
        yield made


def send(client: TestClient, path: str, **values: str) -> int:
    values["form_token"] = token_in(client.get("/my-digests").text)
    return int(client.post(path, data=values).status_code)


def link_in(box: Mailbox) -> str:
    (line,) = [line for line in box.mails[-1].get_content().splitlines() if "/confirm/" in line]
    return str(line).removeprefix(BASE_URL)


def test_asked_for_confirmed_and_ended(client: TestClient, filled: Engine, box: Mailbox) -> None:
    assert send(client, "/my-digests", **WISH) == 303
    assert box.recipients == [STAFF]
    assert "Not confirmed yet" in client.get("/my-digests").text
    path = link_in(box)
    client.cookies.clear()
    assert "Yes, send me these digests" in client.get(path).text
    with reading(filled) as session:
        assert subscriptions.get(session, 1).confirmed_at is None, "looking changes nothing"
    assert "They begin now" in client.post(path).text
    with reading(filled) as session:
        kept = subscriptions.get(session, 1)
        assert (kept.frequency, kept.at, kept.weekday) == ("weekly", "07:30", 2)
        assert kept.confirmed_at is not None
    sign_in(client)
    assert "Next digest 4 March 2026, 07:30" in client.get("/my-digests").text
    assert send(client, "/my-digests/1/end") == 303
    assert "Everything</h2>" not in client.get("/my-digests").text
    assert client.post(path).status_code == 404


def test_who_had_unsubscribed_and_confirms_anew_gets_mail_again(
    client: TestClient, filled: Engine, box: Mailbox, now: datetime
) -> None:
    send(client, "/my-digests", **WISH)
    with writing(filled) as session:
        channels.disable_address(session, 1, STAFF, why="unsubscribed", now=now)
    client.post(link_in(box))
    with reading(filled) as session:
        assert channels.disabled_addresses(session, 1) == set()


def test_a_link_holds_for_seven_days(filled: Engine, settings: Settings, client: TestClient, box: Mailbox) -> None:
    send(client, "/my-digests", **WISH)
    path = link_in(box)
    with serving(filled, settings, datetime.fromisoformat("2026-03-09T09:00:01+00:00")) as later:
        assert "older than seven days" in later.get(path).text
        assert later.post(path).status_code == 404
    assert client.post(f"{path}x").status_code == 404


def test_a_mail_that_is_not_taken_leaves_nothing_waiting(client: TestClient, filled: Engine, box: Mailbox) -> None:
    box.refuse[STAFF] = "550 5.1.1 no such mailbox"
    assert send(client, "/my-digests", **WISH) == 422
    with reading(filled) as session:
        assert subscriptions.get(session, 1).ended_at is not None


def test_wrong_wishes_are_said_in_words(client: TestClient, box: Mailbox) -> None:
    for wrong in ({"topic": ""}, {"topic": "Nothing"}, {**WISH, "at": "25:00"}, {**WISH, "frequency": "hourly"}):
        assert send(client, "/my-digests", **wrong) == 422
    assert box.mails == []


def test_nobody_gets_mail_without_end(client: TestClient, box: Mailbox) -> None:
    answers = [send(client, "/my-digests", **WISH) for _ in range(11)]
    assert answers == [303] * 10 + [422]
    assert len(box.mails) == 10


def test_others_digests_are_not_theirs_to_end(client: TestClient) -> None:
    send(client, "/my-digests", **WISH)
    sign_in(client, ADMINISTRATOR)
    assert send(client, "/my-digests/1/end") == 404


def test_asked_for_twice_comes_once(client: TestClient, filled: Engine, box: Mailbox) -> None:
    """A second click, or a first mail that seemed lost: whichever link is opened, and if both are."""
    links = []
    for _ in range(2):
        assert send(client, "/my-digests", **WISH) == 303
        links.append(link_in(box))
    token = token_in(client.get("/my-digests").text)
    for link in links[::-1]:
        assert "Your digests are confirmed" in client.post(link, data={"form_token": token}).text
    with reading(filled) as session:
        assert [one.ended_at is None for one in subscriptions.all_subscriptions(session)] == [False, True]
    assert send(client, "/my-digests", **WISH) == 422
    assert len(box.mails) == 2
