"""The audit log: every decision of an administrator is written down, with who, when, what, before and after."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import col, select

from config.settings import Settings
from store import topics
from store.database import engine_for, reading, writing
from store.models import Decision
from tests.furnished import furnish
from tests.mailbox import mailbox
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, STAFF, serving, settings_for, sign_in, token_in
from web.access import ROUTES, Access

REVIEWS = "https://exampleshire-reviews.example/reviews"
STEPS: tuple[tuple[str, dict[str, str], dict[str, str], str], ...] = (
    ("/users", {}, {"email": "new@example.org", "role": "staff"}, "user added"),
    ("/users/{user_id}/link", {}, {}, "sign-in link made"),
    ("/users/{user_id}/role", {}, {"role": "administrator"}, "role changed"),
    ("/users/{user_id}/team", {}, {"team": "North"}, "team changed"),
    ("/users/{user_id}/disable", {}, {}, "user disabled"),
    ("/users/{user_id}/enable", {}, {}, "user enabled"),
    ("/retention/{sort}", {"sort": "unconfirmed"}, {"months": "3"}, "retention changed"),
    ("/retention/backups/{backup_id}", {}, {}, "backup deleted"),
    ("/topics/{slug}/remove", {"slug": "unused"}, {}, "topic removed"),
    ("/sources/{name}/disable", {}, {}, "source disabled"),
    ("/sources/{name}/enable", {}, {}, "source enabled"),
    ("/sources/{name}/read", {}, {}, "reading asked for"),
    ("/sources/{name}/edit", {}, {"do": "save", "url": REVIEWS, "every": "2 days"}, "source changed"),
    (
        "/sources/new",
        {},
        {"do": "save", "url": "https://x.example/", "kind": "listing", "name": "x", "publisher": "exampleshire"},
        "source added",
    ),
    ("/held/{name}/{decision}", {"decision": "discard"}, {}, "held reading: thrown away"),
    ("/questions/{entry_id}", {}, {"answer": "elsewhere"}, "question answered"),
    ("/incidents/{incident_id}/resolve", {}, {}, "incident resolved"),
    ("/matches/{match_id}/{decision}", {"decision": "reject"}, {}, "match rejected"),
    ("/matches/{match_id}/{decision}", {"decision": "undo"}, {}, "match undone"),
    ("/matches/{match_id}/{decision}", {"decision": "accept"}, {}, "match accepted"),
    ("/withdrawals/{withdrawal_id}/{decision}", {"decision": "keep"}, {}, "withdrawal: kept"),
    ("/channels", {}, {"name": "team", "address": "mailto:c@example.org"}, "channel added"),
    ("/channels/{channel_id}/test", {}, {}, "channel tested"),
    ("/channels/{channel_id}/address/enable", {}, {"address": STAFF}, "address enabled"),
    ("/channels/{channel_id}/address", {}, {"address": "mailto:d@example.org"}, "channel readdressed"),
    ("/channels/{channel_id}/{decision}", {"decision": "disable"}, {}, "channel disabled"),
    ("/channels/{channel_id}/{decision}", {"decision": "enable"}, {}, "channel enabled"),
    ("/subscriptions", {}, {"channel": "team", "topic": "Neglect", "frequency": "weekly"}, "subscription added"),
    ("/subscriptions/{subscription_id}", {}, {"frequency": "monthly", "at": "09:00"}, "subscription changed"),
    ("/subscriptions/{subscription_id}/{decision}", {"decision": "pause"}, {}, "subscription paused"),
    ("/subscriptions/{subscription_id}/{decision}", {"decision": "resume"}, {}, "subscription resumed"),
    ("/subscriptions/{subscription_id}/{decision}", {"decision": "end"}, {}, "subscription ended"),
    ("/publications/{publication_id}/hide", {}, {}, "publication hidden"),
)
"""Route, parameters, form, and what is written down then."""
AGAIN = ("}/disable", "}/enable", "/role", "/team", "/{sort}", "/resolve", "/pause", "/resume", "/end", "{backup_id}")
"""Forms that change nothing when they are sent once more, as by a second click or a second administrator."""
BEGINNINGS = {
    "user added",
    "sign-in link made",
    "source added",
    "channel added",
    "channel tested",
    "subscription added",
}
"""What had nothing before it."""
DECIDE_NOTHING = {"/sources/{name}/rewind"}
"""Administrators' forms that only show something."""


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path) -> Iterator[Settings]:
    with mailbox() as box:
        yield settings_for(sqlite_address, tmp_path).model_copy(update={"smtp_url": SecretStr(box.url)})


@pytest.fixture
def samples(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, str]:
    with writing(engine) as session:
        topics.add(session, "Unused", "", now=now)
    return furnish(engine, settings, tmp_path, now=now)


@pytest.fixture
def client(engine: Engine, settings: Settings, samples: dict[str, str], now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        yield client


def test_no_form_is_forgotten() -> None:
    forms = {path for path in paths("POST") if ROUTES[path] is Access.ADMINISTRATOR}
    assert forms == {step[0] for step in STEPS} | DECIDE_NOTHING


def test_every_decision_is_written_down(client: TestClient, engine: Engine, samples: dict[str, str]) -> None:
    token = token_in(client.get("/account").text)
    for path, parameters, form, what in STEPS:
        answer = client.post(address(path, samples | parameters), data=form | {"form_token": token})
        assert answer.status_code in (200, 303), f"{path}: {answer.status_code}"
        with reading(engine) as session:
            last = session.exec(select(Decision).order_by(col(Decision.id).desc())).first()
        assert last
        assert (last.who, last.what) == (ADMINISTRATOR, what), path
        assert last.target
        assert last.after or what in BEGINNINGS, path
        assert bool(last.before) is (what not in BEGINNINGS), path
        assert last.before.keys() <= last.after.keys(), path
        assert last.before != last.after or what in BEGINNINGS | {"reading asked for"}, path


def test_what_changes_nothing_is_no_decision(client: TestClient, engine: Engine, samples: dict[str, str]) -> None:
    """A form sent twice, or by two administrators: the second has decided nothing, and nothing fails."""
    token = token_in(client.get("/account").text)
    for path, parameters, form, what in STEPS:
        url = address(path, samples | parameters)
        client.post(url, data=form | {"form_token": token})
        if path.endswith(AGAIN) or parameters.get("decision") in ("enable", "disable", "pause", "resume", "end"):
            before = _decisions(engine)
            again = client.post(url, data=form | {"form_token": token})
            assert (again.status_code, _decisions(engine)) == (303, before), f"{what}: {again.text[:3000]}"


def _decisions(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.exec(select(Decision)).all())


def test_before_and_after_are_shown(client: TestClient, samples: dict[str, str]) -> None:
    token = token_in(client.get("/account").text)
    client.post(f"/users/{samples['user_id']}/role", data={"role": "administrator", "form_token": token})
    assert (
        f"{ADMINISTRATOR}: role changed ({STAFF}); before, role: staff; role: administrator"
        in client.get("/audit").text
    )


def test_it_is_read_page_by_page(client: TestClient) -> None:
    token = token_in(client.get("/account").text)
    for number in range(60):
        client.post("/users/1/team", data={"team": f"Team {number}", "form_token": token})
    first = client.get("/audit").text
    assert "Team 59" in first
    assert "team: Team 3;" not in first
    older = first.split('href="/audit?before=')[1].split('"')[0]
    assert "Team 3" in client.get(f"/audit?before={older}").text
