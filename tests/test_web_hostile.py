"""Requests that no page of ours sends: numbers that no row has, signs that no text keeps, odd methods and ranges."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from config.settings import Settings
from store import people
from store.database import reading, writing
from tests.furnished import furnish
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, BASE_URL, STAFF, serving, settings_for, sign_in, token_in
from web.access import COOKIE

NUMBERS = ("0", "-1", str(2**31), str(2**63), str(2**64), "9" * 5000, "1e3", "١", "x")
OURS = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def settings(database_address: str, tmp_path: Path) -> Settings:
    return settings_for(database_address, tmp_path)


@pytest.fixture
def samples(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, str]:
    return furnish(engine, settings, tmp_path, now=now)


@pytest.fixture
def client(engine: Engine, settings: Settings, samples: dict[str, str], now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        yield client


def test_a_number_that_no_row_has_is_not_found(client: TestClient, samples: dict[str, str]) -> None:
    token = token_in(client.get("/account").text)
    for method in ("GET", "POST"):
        for path in paths(method):
            for name in re.findall(r"\{(\w+_id|number)\}", path):
                for number in NUMBERS:
                    url = address(path, samples | {name: quote(number)})
                    answer = client.request(method, url, data={"form_token": token} if method == "POST" else None)
                    assert answer.status_code in ((404, 422) if path.startswith("/api/") else (404,)), url[:100]


def test_a_nul_is_in_no_address(client: TestClient, samples: dict[str, str]) -> None:
    for path in paths("GET"):
        for name in re.findall(r"\{(\w+)\}", path):
            answer = client.get(address(path, samples | {name: "%00"}))
            assert answer.status_code in (200, 303, 307, 404), path
    for path in ("/", "/lessons", "/trends", "/search.csv", "/api/v1/publications", "/api/v1/lessons"):
        for name in ("q", "area", "publisher", "theme", "source", "has"):
            assert client.get(f"{path}?{name}=a%00b").status_code == 200, (path, name)


def test_a_nul_in_a_form_is_no_failure(client: TestClient) -> None:
    token = token_in(client.get("/account").text)
    for path in ("/account/tokens", "/topics", "/sign-in"):
        form = {"form_token": token, "name": "a\0b", "email": "a\0b@example.org", "password": "x"}
        assert client.post(path, data=form).status_code in (200, 303, 422), path


def test_head_answers_as_get_does_without_a_body(client: TestClient, samples: dict[str, str]) -> None:
    for path in paths("GET"):
        got, headed = client.get(address(path, samples)), client.head(address(path, samples))
        assert headed.status_code == got.status_code, path
        assert headed.content == b"", path
        assert headed.headers.get("content-type") == got.headers.get("content-type"), path


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "bytes=0-1,3-4", f"bytes={'9' * 5000}-", "bytes=x", "x"])
def test_a_range_that_says_nothing_means_all_of_it(client: TestClient, samples: dict[str, str], asked: str) -> None:
    answer = client.get(f"/documents/{samples['version_id']}", headers={"Range": asked})
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_what_is_held_already_is_not_sent(client: TestClient, samples: dict[str, str]) -> None:
    path = f"/documents/{samples['version_id']}"
    tag = client.get(path).headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert client.get(path, headers={"If-None-Match": held}).status_code == 304, held
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_wrong_method_is_said_to_be_wrong(client: TestClient) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = client.request(method, "/topics")
        assert (answer.status_code, answer.headers["allow"][:3]) == (405, "GET"), method
        assert "Method Not Allowed" not in answer.text


@pytest.mark.parametrize("origin", ["http://[::1", "null", "//", "http://archive.test.evil.example"])
def test_an_origin_that_is_not_ours_is_refused(client: TestClient, origin: str) -> None:
    token = token_in(client.get("/account").text)
    answer = client.post("/topics", data={"name": "x", "form_token": token}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "out of date" in answer.text


def test_a_proxy_may_keep_our_name_to_itself(client: TestClient) -> None:
    token = token_in(client.get("/account").text)
    headers = {"Origin": BASE_URL, "Host": "127.0.0.1:8000"}
    assert client.post("/topics", data={"name": "x", "form_token": token}, headers=headers).status_code == 303


def test_what_was_typed_outlives_the_session(client: TestClient) -> None:
    """A long form, a session that ends meanwhile: it is shown, and sent under the next session."""
    form = {"name": "A long <b>name</b>", "query": 'neglect OR "child sexual abuse"'}
    token = token_in(client.get("/topics").text)
    client.cookies.clear()
    for _ in range(2):  # sent again before anybody has signed in
        answer = client.post("/topics", data=form | {"form_token": token}, headers=OURS)
        assert answer.status_code == 403
        assert "You have been signed out" in answer.text
        assert "A long &lt;b&gt;name&lt;/b&gt;" in answer.text
        token = token_in(answer.text)
    sign_in(client, ADMINISTRATOR)
    answer = client.post("/topics", data=form | {"form_token": token}, headers=OURS)
    assert "Look whether this is what you want" in answer.text
    assert "A long" not in client.get("/topics").text, "nothing is kept before a person has looked"
    again = client.post("/topics", data=form | {"form_token": token_in(answer.text)}, headers=OURS)
    assert again.status_code == 303
    assert "A long &lt;b&gt;name&lt;/b&gt;" in client.get("/topics").text


def test_a_password_is_not_shown_again(client: TestClient) -> None:
    client.cookies.clear()
    form = {"old": "x", "new": "four loud lanterns", "form_token": "x"}
    answer = client.post("/account/password", data=form, headers=OURS)
    assert answer.status_code == 403
    assert "lanterns" not in answer.text


def test_what_another_site_sent_is_not_shown(client: TestClient) -> None:
    for status in (403, 303):
        answer = client.post("/topics", data={"name": "evil"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == status
        assert "evil" not in answer.text
        client.cookies.clear()


def test_a_link_signs_in_once_whoever_is_quicker(
    client: TestClient, engine: Engine, settings: Settings, now: datetime
) -> None:
    with reading(engine) as session:
        user = people.find_user(session, STAFF)
        assert user
        path = people.make_link(settings, user, now=now).removeprefix(settings.public_url)
    client.cookies.clear()
    token = token_in(client.get(path).text)
    cookies = dict(client.cookies)

    def use(_: int) -> int:
        other = TestClient(client.app, base_url=BASE_URL, follow_redirects=False, cookies=cookies)
        return int(other.post(path, data={"form_token": token}).status_code)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [303, 404, 404, 404]


def test_a_form_sent_twice_makes_one(client: TestClient, engine: Engine) -> None:
    """As by a second click, before the first answer has come."""
    token = token_in(client.get("/account").text)
    subscription = {"channel": "leads", "topic": "Neglect", "frequency": "weekly", "at": "08:00"}
    for path, form, refused in (
        ("/topics", {"name": "Twice", "query": ""}, "there is a topic"),
        ("/channels", {"name": "twice", "address": "mailto:x@example.org"}, "there is a channel"),
        ("/users", {"email": "twice@example.org", "role": "staff"}, "there is already a user"),
        ("/account/tokens", {"name": "twice"}, "a token of this name"),
        ("/subscriptions", subscription, "gets just this digest already"),
    ):
        assert client.post(path, data=form | {"form_token": token}).status_code in (200, 303), path
        again = client.post(path, data=form | {"form_token": token})
        assert again.status_code == 422, path
        assert refused in again.text.replace("There is", "there is"), path


def test_the_last_administrator_stays(client: TestClient, engine: Engine) -> None:
    token = token_in(client.get("/users").text)
    with reading(engine) as session:
        me = people.find_user(session, ADMINISTRATOR)
    assert me
    for do, form in (("role", {"role": "staff"}), ("disable", {})):
        answer = client.post(f"/users/{me.id}/{do}", data=form | {"form_token": token})
        assert answer.status_code == 409, do
        assert "only administrator" in answer.text


def test_who_is_switched_off_is_out_at_once(client: TestClient, engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        user = people.find_user(session, STAFF)
        assert user
        value = people.sign_in(session, user, now=now)
        token = people.make_token(session, user, "program", now=now)
    own = {"Cookie": f"{COOKIE}={value}"}
    program = {"Authorization": f"Bearer {token}"}
    form_token = token_in(client.get("/users").text)
    client.post(f"/users/{user.id}/disable", data={"form_token": form_token})
    client.cookies.clear()
    assert client.get("/account", headers=own).status_code == 303
    assert client.get("/api/v1/sources", headers=program).status_code == 401


def test_what_somebody_else_decided_is_said_in_a_sentence(client: TestClient, samples: dict[str, str]) -> None:
    """A page from before: the decision is not taken, and who decides reads why."""
    token = token_in(client.get("/matches").text)
    path = f"/matches/{samples['match_id']}"
    assert client.post(f"{path}/accept", data={"form_token": token}).status_code == 303
    stale = client.post(f"{path}/reject", data={"form_token": token})
    assert stale.status_code == 409
    assert f"Match {samples['match_id']} is accepted; only a proposed one can be rejected." in stale.text
    for unknown in ("/matches/99/accept", "/incidents/99/resolve", "/withdrawals/99/keep", "/sources/none/read"):
        answer = client.post(unknown, data={"form_token": token})
        assert answer.status_code == 404, unknown
        assert "`" not in answer.text.split("<main", 1)[1].split("</main>")[0], "no command for a command line"
