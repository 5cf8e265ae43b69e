"""Marks of a team on publications: shared within the team, with nobody else, and never on what is hidden."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from store import marks, people
from store.database import reading, writing
from store.files import Files
from store.models import Decision, Mark, Match, Publication
from store.people import PeopleError
from tests.web_archive import ADMINISTRATOR, NASTY, STAFF, fill, serving, settings_for, sign_in, token_in


@pytest.fixture
def ids(engine: Engine, tmp_path: Path, now: datetime) -> dict[str, int]:
    return fill(engine, Files((tmp_path / "files").as_uri()), tmp_path, now=now)


@pytest.fixture
def client(engine: Engine, ids: dict[str, int], tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings_for(str(engine.url), tmp_path), now) as client:
        yield client


def send(client: TestClient, path: str, **form: str) -> int:
    token = token_in(client.get("/account").text)
    return client.post(path, data={"form_token": token, **form}).status_code


def give_team(client: TestClient, email: str, team: str) -> int:
    sign_in(client, ADMINISTRATOR)
    return send(client, f"/users/{1 if email == ADMINISTRATOR else 2}/team", team=team)


def test_a_mark_is_seen_by_the_team_alone(client: TestClient, engine: Engine, ids: dict[str, int]) -> None:
    assert give_team(client, STAFF, "Learning and  development") == 303
    sign_in(client, STAFF)
    path = f"/publications/{ids['neglect']}"
    assert send(client, f"{path}/mark", state="used") == 303
    assert send(client, f"{path}/mark", state="read") == 303
    assert f"Read ({STAFF}, 2 March 2026)" in client.get(path).text
    assert 'govuk-tag--grey">\n  Read' in client.get("/?q=neglect").text
    sign_in(client, ADMINISTRATOR)
    assert f"({STAFF}" not in client.get(path).text
    with reading(engine) as session:
        assert session.get_one(Mark, (ids["neglect"], "Learning and development")).state == "read"
        assert session.get_one(Decision, 3).what == "publication marked: read"
    assert give_team(client, ADMINISTRATOR, "Learning and development") == 303
    sign_in(client, ADMINISTRATOR)
    assert f"Read ({STAFF}" in client.get(path).text
    assert send(client, f"{path}/mark", state="none") == 303
    assert f"({STAFF}" not in client.get(path).text


def titles(client: TestClient, **wanted: str) -> list[str]:
    return [one["title"] for one in client.get("/api/v1/publications", params=wanted).json()["items"]]


def test_a_team_reads_down_its_list(client: TestClient, engine: Engine, ids: dict[str, int]) -> None:
    sign_in(client, STAFF)
    neglect, nasty = "Child T: a review of neglect in Exampleshire", f"Learning review {NASTY}"
    assert "Your team" not in client.get("/").text.split("Narrow down")[-1], "nothing is marked yet"
    assert set(titles(client, mark="none")) == {neglect, nasty}
    assert send(client, f"/publications/{ids['neglect']}/mark", state="read") == 303
    text = client.get("/?q=curiosity").text
    assert 'href="/?q=curiosity&amp;mark=none">Not marked yet</a> (1)' in text
    assert 'href="/?q=curiosity&amp;mark=read">Read</a> (1)' in text
    assert (titles(client, mark="none"), titles(client, mark="read"), titles(client, mark="used")) == (
        [nasty], [neglect], [],
    )  # fmt: skip
    assert len(titles(client, mark="eaten")) == 2, "no such mark: left out"
    assert [one["id"] for one in client.get("/api/v1/publications?mark=none&after=0").json()["items"]] == [ids["nasty"]]
    chosen = client.get("/?mark=none&q=curiosity").text
    assert "1 publication</h2>" in chosen
    assert 'Your team: Not marked yet <a class="govuk-link" href="/?q=curiosity">Remove' in chosen
    assert 'href="/topics?query=curiosity">Save as a topic</a> (without the marks)' in chosen
    assert len(client.get("/search.jsonl?mark=read").text.splitlines()) == 1
    assert "1 publication" in client.get("/trends?mark=none").text
    assert give_team(client, STAFF, "Another team") == 303
    sign_in(client, STAFF)
    assert set(titles(client, mark="none")) == {neglect, nasty}, "marks are the team's"


def test_a_mark_on_what_was_joined_counts_where_it_went(engine: Engine, ids: dict[str, int], now: datetime) -> None:
    with writing(engine) as session:
        marks.put(session, ids["nasty"], "", marks.MarkState.USED, by=STAFF, now=now)
        session.get_one(Publication, ids["nasty"]).status = "joined"
        went = session.get_one(Match, ids["match"])
        went.state, went.former_publication_id, went.decided_at = "accepted", ids["nasty"], now
    with reading(engine) as session:
        assert marks.all_of_team(session, "") == {ids["neglect"]: "used"}


def test_what_is_hidden_or_odd_is_not_marked(client: TestClient, ids: dict[str, int]) -> None:
    sign_in(client, STAFF)
    for number in (ids["suspected"], ids["removed"], 999, 0, 2**40):
        assert send(client, f"/publications/{number}/mark", state="read") == 404, number
    assert send(client, f"/publications/{ids['neglect']}/mark", state="eaten") == 422


def test_teams_have_names_that_can_be_shown(client: TestClient, engine: Engine, now: datetime) -> None:
    assert give_team(client, STAFF, NASTY) == 303
    assert NASTY not in client.get("/users").text
    assert give_team(client, STAFF, "x" * 101) == 409
    with writing(engine) as session, pytest.raises(PeopleError):
        people.set_team(session, people.user_by_id(session, 1), "a\u202eb")
    with reading(engine) as session:
        assert marks.of_team(session, "", [1, 2]) == {}
