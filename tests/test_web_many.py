"""Pages of a large archive: none asks the database more often for more to show, and none grows for ever."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from config.settings import Settings
from store.database import engine_for, writing
from store.models import Channel, Digest, Document, Match, Topic, User, Version, Withdrawal
from tests.furnished import furnish
from tests.many import multiply, statements
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, serving, settings_for, sign_in

WHOLE = {"/digests/record.csv"}
"""Files of everything: they ask once a digest, and are streamed."""


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path) -> Settings:
    return settings_for(sqlite_address, tmp_path)


@pytest.fixture
def samples(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, str]:
    return furnish(engine, settings, tmp_path, now=now)


@pytest.fixture
def client(engine: Engine, settings: Settings, samples: dict[str, str], now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        yield client


def asked(client: TestClient, engine: Engine, samples: dict[str, str]) -> dict[str, int]:
    """By page, how often it asks the database."""
    found = {}
    for path in sorted(set(paths("GET")) - WHOLE):
        with statements(engine) as seen:
            assert client.get(address(path, samples)).status_code < 500, path
        found[path] = len(seen)
    return found


def test_more_rows_are_not_asked_for_more_often(client: TestClient, engine: Engine, samples: dict[str, str]) -> None:
    multiply(engine, 1)
    few = asked(client, engine, samples)
    multiply(engine, 1)
    assert {path: count for path, count in asked(client, engine, samples).items() if count > few[path]} == {}


def _fill(session: Session, now: datetime) -> None:
    """120 of each sort that a list shows; a name ends with its number."""
    for number in range(120):
        session.add(User(email=f"user-{number:03}@example.org", made_at=now))
        session.add(Channel(name=f"channel-{number:03}", kind="email", secret="", shown="", made_at=now))
        session.add(Topic(name=f"topic-{number:03}", slug=f"topic-{number:03}", made_at=now))
        session.add(Match(entry_id=1, publication_id=2, state="proposed", made_at=now))
        session.add(Match(entry_id=1, publication_id=2, state="accepted", made_at=now, decided_at=now))
        session.add(Withdrawal(publication_id=2, opened_at=now, reason=f"reason-{number:03}"))
        session.add(Withdrawal(publication_id=2, opened_at=now, decided_at=now, decision="keep"))


@pytest.mark.parametrize(
    ("path", "mark", "count"),
    [
        ("/users", "user-", 120),
        ("/channels", "channel-", 120),
        ("/topics", "topic-", 120),
        ("/withdrawals", "reason-", 120),
        ("/matches", "Match ", 121),
    ],
)
def test_a_long_list_is_read_to_its_end(
    client: TestClient, engine: Engine, now: datetime, path: str, mark: str, count: int
) -> None:
    with writing(engine) as session:
        _fill(session, now)
    seen: set[str] = set()
    following: str | None = path
    pages = 0
    while following:
        answer = client.get(following)
        assert len(answer.content) < 200_000
        seen |= {part[:3].strip("<") for part in answer.text.split(mark)[1:] if part[:1].isdigit()}
        following, pages = _next_page(answer.text), pages + 1
    assert (len(seen), pages > 2) == (count, True)


def _next_page(text: str) -> str | None:
    """Where `Next` or `More that wait` leads."""
    for before_link, mark in (('rel="next"', "govuk-pagination__link"), ("More that wait", "")):
        if before_link in text and mark in text:
            href = [part.split('"', 1)[0] for part in text.split(before_link)[0].split('href="')][-1]
            return href.replace("&amp;", "&")
    return None


def test_older_digests_are_reached(client: TestClient, engine: Engine, samples: dict[str, str], now: datetime) -> None:
    with writing(engine) as session:
        first = session.get_one(Digest, int(samples["number"]))
        for number in range(2, 62):
            row = first.model_dump(exclude={"number", "content"})
            row["period_end"] = now.replace(second=number - 2, minute=1)
            session.add(Digest(**row, content=first.content | {"number": number}))
    assert f'href="/digests/{samples["number"]}"' not in client.get("/digests").text
    older = client.get("/digests").text.split('href="/digests?before=')[1].split('"')[0]
    assert f'href="/digests/{samples["number"]}"' in client.get(f"/digests?before={older}").text


def test_copies_that_wait_with_a_withdrawal_are_named(
    client: TestClient, engine: Engine, samples: dict[str, str], now: datetime
) -> None:
    cause = int(samples["withdrawal_id"])
    with writing(engine) as session:
        version = session.get_one(Version, int(samples["version_id"]))
        document = session.get_one(Document, version.document_id)
        session.add(
            Withdrawal(publication_id=2, document_id=document.id, opened_at=now, reason="a copy", follows_id=cause)
        )
    assert "Hidden until then because they show the same: publication 2." in client.get("/withdrawals").text
