"""The JSON API, on both databases."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from config.settings import Settings
from store import people
from store.database import writing
from store.files import Files
from tests.web_archive import STAFF, fill, serving, settings_for
from web.routes import api


@pytest.fixture
def ids(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, int]:
    return fill(engine, Files(settings.files), tmp_path, now=now)


@pytest.fixture
def settings(database_address: str, tmp_path: Path) -> Settings:
    return settings_for(database_address, tmp_path)


@pytest.fixture
def client(engine: Engine, settings: Settings, ids: dict[str, int], now: datetime) -> Iterator[TestClient]:
    """A program with a token."""
    with writing(engine) as session:
        user = people.find_user(session, STAFF)
        assert user is not None
        token = people.make_token(session, user, "tests", now=now)
    with serving(engine, settings, now) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_a_publication_is_a_line_of_the_export(client: TestClient, ids: dict[str, int]) -> None:
    found = client.get(f"/api/v1/publications/{ids['neglect']}").json()
    assert list(found) == [
        "id", "title", "kind", "publishers", "area", "subject", "published", "first_seen", "status", "themes",
        "entries", "documents", "changes",
    ]  # fmt: skip
    assert found["published"] == {"date": "2026-02-01", "precision": "month", "basis": "published"}
    assert found["documents"][0]["pages"] == 2
    assert found["changes"][0]["kind"] == "new"


def test_publications_are_found_by_words_and_filters(client: TestClient, ids: dict[str, int]) -> None:
    def found(**params: str) -> list[int]:
        page = client.get("/api/v1/publications", params=params).json()
        assert page["total"] == len(page["items"])
        return sorted(item["id"] for item in page["items"])

    both = sorted([ids["neglect"], ids["nasty"]])
    assert found() == both
    assert found(q="curiosity neglect") == [ids["neglect"]]
    assert found(kind="local_review", area="Exampleshire", theme="neglect") == both
    assert found(kind="news") == []
    assert found(since="2026-02-02") == []
    assert found(since="2026-02-01", until="2026-02-01") == both


def test_when_nothing_has_it_all_something_wider_stands_beside(client: TestClient, ids: dict[str, int]) -> None:
    page = client.get("/api/v1/publications", params={"q": "curiosity aardvark"}).json()
    assert (page["total"], page["items"]) == (0, [])
    assert {item["id"] for item in page["wider"]["items"]} == {ids["neglect"], ids["nasty"]}
    assert page["wider"]["explained"].startswith("Nothing has all of these words")
    for narrow in ("curiosity", "aardvark"):
        assert client.get("/api/v1/publications", params={"q": narrow}).json()["wider"] is None


def test_a_question_is_asked_without_its_small_words(client: TestClient, ids: dict[str, int]) -> None:
    page = client.get("/api/v1/publications", params={"q": "whether there is neglect and curiosity"}).json()
    assert [item["id"] for item in page["items"]] == [ids["neglect"]]


def test_pages_end(client: TestClient) -> None:
    page = client.get("/api/v1/publications", params={"page": 2}).json()
    assert (page["total"], page["pages"], page["items"]) == (2, 1, [])


def test_all_by_their_numbers_while_new_ones_come(
    client: TestClient, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "AT_ONCE", 1)
    first = client.get("/api/v1/publications", params={"after": 0}).json()
    assert ([item["id"] for item in first["items"]], first["total"]) == ([ids["neglect"]], 2)
    rest = client.get("/api/v1/publications", params={"after": first["next_after"]}).json()
    assert ([item["id"] for item in rest["items"]], rest["next_after"]) == ([ids["nasty"]], None)
    assert client.get("/api/v1/publications", params={"after": 0, "q": "neglect AND curiosity"}).json()["total"] == 1


def test_of_a_withdrawn_publication_only_that(client: TestClient, ids: dict[str, int]) -> None:
    found = client.get(f"/api/v1/publications/{ids['suspected']}").json()
    assert found["status"] == "suspected"
    assert found["title"] == ""
    assert found["documents"] == []
    assert found["entries"] == []
    assert [change["note"] for change in found["changes"]] == [""]


def test_changes_are_read_on_from_where_one_was(client: TestClient) -> None:
    first = client.get("/api/v1/changes", params={"limit": 3}).json()
    assert [item["id"] for item in first["items"]] == [1, 2, 3]
    rest = client.get("/api/v1/changes", params={"after": first["next_after"]}).json()
    assert [item["id"] for item in rest["items"]] == [4]
    end = client.get("/api/v1/changes", params={"after": rest["next_after"]}).json()
    assert end == {"items": [], "next_after": 4}


def test_sources_say_how_they_are(client: TestClient) -> None:
    items = client.get("/api/v1/sources").json()["items"]
    assert [(item["name"], item["state"]) for item in items] == [
        ("collection-list", "failing"),
        ("exampleshire-reviews", "healthy"),
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/publications/9999", 404),
        (f"/api/v1/publications/{10**30}", 404),
        ("/api/v1/publications/x", 422),
        ("/api/v1/publications?page=0", 422),
        ("/api/v1/changes?after=-1", 422),
        ("/api/v1/nothing", 404),
    ],
)
def test_errors_are_problems(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_token_is_needed_and_checked(client: TestClient) -> None:
    for header in ("", "Bearer", "Bearer wrong", "Basic YTpi"):
        answer = client.get("/api/v1/sources", headers={"Authorization": header})
        assert answer.status_code == 401, header
        assert answer.headers["www-authenticate"] == "Bearer"


def test_it_is_described(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        "/api/v1/publications",
        "/api/v1/publications/{publication_id}",
        "/api/v1/changes",
        "/api/v1/lessons",
        "/api/v1/labels",
        "/api/v1/sources",
    }
