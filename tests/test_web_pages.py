"""What the pages show, and what they never show, on both databases."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from alerts.edition import Coverage, Edition, Item
from alerts.links import unsubscribe_token
from config.settings import Settings
from store import channels, digests, people, subscriptions, topics
from store.database import reading, writing
from store.files import Files
from store.models import Entry, Match, Publication, Source, Subscription, Version
from tests.web_archive import ADMINISTRATOR, NASTY, fill, serving, settings_for, sign_in, token_in

HIDDEN = ("Hidden Title", "Abstract of suspected", "Child of suspected", "about suspected", "note on Hidden")
ADMINISTRATORS_PAGES = (
    "/desk",
    "/sources",
    "/sources/collection-list",
    "/sources/collection-list/edit",
    "/sources/collection-list/readings",
    "/sources/collection-list/pages",
    "/sources/collection-list/pages/1",
    "/incidents",
    "/incidents/1/page",
    "/held",
    "/questions",
    "/matches",
    "/withdrawals",
    "/channels",
    "/subscriptions",
    "/users",
    "/audit",
)


@pytest.fixture
def settings(database_address: str, tmp_path: Path) -> Settings:
    return settings_for(database_address, tmp_path)


@pytest.fixture
def ids(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, int]:
    return fill(engine, Files(settings.files), tmp_path, now=now)


@pytest.fixture
def client(engine: Engine, settings: Settings, ids: dict[str, int], now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings, now) as client:
        sign_in(client)
        yield client


def send(client: TestClient, path: str, **form: str) -> int:
    """Send a form as the page that has it would; the answer's status."""
    token = token_in(client.get("/account").text)
    return client.post(path, data={**form, "form_token": token}).status_code


def test_a_search_shows_the_page_that_says_it(client: TestClient, ids: dict[str, int]) -> None:
    page = client.get("/", params={"q": "curiosity neglect"}).text
    assert "1 publication<" in page
    assert "Child T: a review of neglect in Exampleshire" in page
    assert "<mark>curiosity</mark>" in page
    assert f'href="/documents/{ids["neglect version"]}#page=2"' in page
    assert "February 2026" in page
    assert "1 February 2026" not in page, "no day was stated"


def test_an_empty_search_shows_everything_that_may_be_shown(client: TestClient) -> None:
    assert "2 publications" in client.get("/").text


def test_a_typing_mistake_gets_suggestions(client: TestClient) -> None:
    page = client.get("/", params={"q": "neglekt"}).text
    assert "0 publications" in page
    assert "Did you mean" in page
    assert '<a class="govuk-link" href="/?q=neglect">' in page
    assert "Nothing has “neglekt”. Looked for “neglect”" in page
    assert "Child T: a review of neglect in Exampleshire" in page


@pytest.mark.parametrize("q", ['"', "(((", "*", "-", "AND OR NOT", "a" * 2000, "kind:", "\x00", "'; DROP TABLE"])
def test_no_query_is_an_error(client: TestClient, q: str) -> None:
    assert client.get("/", params={"q": q}).status_code == 200


def test_filters_narrow_and_can_be_removed(client: TestClient) -> None:
    page = client.get("/", params={"q": "curiosity", "kind": "news", "since": "2020-01-01"}).text
    assert "0 publications" in page
    assert "Kind: News" in page
    assert 'href="/?q=curiosity&amp;since=2020-01-01"' in page
    assert "2 publications" in client.get("/", params={"since": "2026-02-01", "until": "2026-02-01"}).text
    assert "0 publications" in client.get("/", params={"until": "2026-01-31"}).text


def test_results_as_files(client: TestClient) -> None:
    lines = client.get("/search.jsonl", params={"q": "curiosity"}).text.splitlines()
    assert [json.loads(line)["status"] for line in lines] == ["listed", "listed"]
    table = client.get("/search.csv").text.splitlines()
    assert table[0].startswith("id,title")
    assert len(table) == 3
    assert client.get("/search.ris").text.count("TY  - ") == 2
    assert client.get("/search.exe").status_code == 404


def test_a_publication_says_where_it_stands(client: TestClient, ids: dict[str, int]) -> None:
    page = client.get(f"/publications/{ids['neglect']}").text
    for text in (
        "Child T: a review of neglect in Exampleshire",
        "Exampleshire Safeguarding Children Partnership",
        "February 2026",
        "First seen 2 March 2026",
        "Overview report",
        "2 pages",
        "the same source and key",
    ):
        assert text in page, text
    assert "secret signal" not in page, "a proposed match is for administrators (rule 7)"


@pytest.mark.parametrize("name", ["suspected", "removed"])
def test_nothing_of_a_withdrawn_publication_is_shown(client: TestClient, ids: dict[str, int], name: str) -> None:
    number = ids[name]
    pages = [client.get(path) for path in (f"/publications/{number}", f"/api/v1/publications/{number}", "/")]
    pages += [client.get(path) for path in ("/search.csv", "/search.jsonl", "/search.ris", "/api/v1/publications")]
    pages += [client.get(path) for path in ("/api/v1/changes", f"/?q=suspected+OR+removed+OR+{name}", "/?q=hidden")]
    for answer in pages:
        assert answer.status_code == 200
        for text in (*HIDDEN, f"about {name}", f"{name}.pdf", f"reviews.example/{name}"):
            assert text not in answer.text, answer.url
    assert client.get(f"/documents/{ids[f'{name} version']}").status_code == 404


def test_a_suspected_document_of_a_shown_publication_is_hidden(
    client: TestClient, engine: Engine, ids: dict[str, int]
) -> None:
    with writing(engine) as session:
        session.get_one(Version, ids["neglect version"]).state = "suspected"
    assert client.get(f"/documents/{ids['neglect version']}").status_code == 404
    assert f"/documents/{ids['neglect version']}" not in client.get(f"/publications/{ids['neglect']}").text


def test_a_joined_publication_leads_to_the_one_it_is_now(
    client: TestClient, engine: Engine, ids: dict[str, int], now: datetime
) -> None:
    with writing(engine) as session:
        gone = Publication(title="Joined", kind="other", status="joined", first_seen=now)
        session.add(gone)
        session.flush()
        entry = session.get_one(Entry, 1)
        session.add(
            Match(
                entry_id=entry.id or 0,
                publication_id=ids["neglect"],
                former_publication_id=gone.id,
                state="accepted",
                made_at=now,
            )
        )
        number = gone.id
    answer = client.get(f"/publications/{number}")
    assert answer.headers["location"] == f"/publications/{ids['neglect']}"


@pytest.mark.parametrize("path", ["/publications/0", "/publications/99999", f"/publications/{10**30}", "/digests/7"])
def test_what_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_a_pdf_opens_in_the_browser_but_may_do_nothing(client: TestClient, ids: dict[str, int]) -> None:
    answer = client.get(f"/documents/{ids['neglect version']}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''neglect.pdf"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.content.startswith(b"%PDF")


def test_anything_else_is_saved_never_shown(client: TestClient, engine: Engine, ids: dict[str, int]) -> None:
    with writing(engine) as session:
        version = session.get_one(Version, ids["nasty version"])
        version.media_type, version.file_name = "text/html", 'a"\r\nX: y<script>.html'
    answer = client.get(f"/documents/{ids['nasty version']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''a_X_%20y_script_.html"


@pytest.mark.parametrize(
    ("asked", "status", "content_range"),
    [
        ("bytes=0-4", 206, "bytes 0-4/{size}"),
        ("bytes=-4", 206, "bytes {last4}-{last}/{size}"),
        ("bytes=5-", 206, "bytes 5-{last}/{size}"),
        ("bytes=999999999-", 416, "bytes */{size}"),
        ("bytes=0-4,6-8", 200, None),
        ("lines=1-2", 200, None),
    ],
)
def test_documents_in_ranges(
    client: TestClient, ids: dict[str, int], asked: str, status: int, content_range: str | None
) -> None:
    path = f"/documents/{ids['neglect version']}"
    whole = client.get(path).content
    answer = client.get(path, headers={"Range": asked})
    assert answer.status_code == status
    size = len(whole)
    expected = content_range and content_range.format(size=size, last=size - 1, last4=size - 4)
    assert answer.headers.get("content-range") == expected
    if asked == "bytes=0-4":
        assert answer.content == b"%PDF-"


def test_documents_are_not_sent_twice(client: TestClient, ids: dict[str, int]) -> None:
    path = f"/documents/{ids['neglect version']}"
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_nothing_from_outside_runs(client: TestClient, ids: dict[str, int]) -> None:
    sign_in(client, ADMINISTRATOR)
    send(client, "/topics", name=f"Topic {NASTY}", query=NASTY)
    pages = ["/", "/?q=curiosity", f"/?q={NASTY}", "/topics", f"/topics?query={NASTY}", *ADMINISTRATORS_PAGES]
    pages += [f"/publications/{ids['nasty']}", f"/publications/{ids['neglect']}", "/digests", "/account"]
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        for text in ("<script>alert", "<img src=x", 'href="javascript:'):
            assert text not in answer.text, path
    assert "{{7*7}}" in client.get(f"/publications/{ids['nasty']}").text, "nor in a template"


def test_administrators_decide_and_it_is_written_down(client: TestClient, engine: Engine, ids: dict[str, int]) -> None:
    sign_in(client, ADMINISTRATOR)
    assert send(client, "/sources/collection-list/disable") == 303
    assert send(client, f"/incidents/{ids['incident']}/resolve") == 303
    assert send(client, f"/matches/{ids['match']}/reject") == 303
    assert send(client, f"/matches/{ids['match']}/undo") == 303
    assert send(client, f"/matches/{ids['match']}/accept") == 303
    assert send(client, f"/matches/{ids['match']}/accept") == 409
    assert send(client, f"/withdrawals/{ids['withdrawal']}/remove") == 422, "the box was not ticked"
    assert send(client, f"/withdrawals/{ids['withdrawal']}/keep") == 303
    assert send(client, f"/withdrawals/{ids['withdrawal']}/keep") == 409
    assert send(client, "/sources/unknown/enable") == 404
    with reading(engine) as session:
        assert not session.get_one(Source, 2).enabled
        found = {row.what for row in people.decisions(session)}
    assert found >= {
        "source disabled",
        "incident resolved",
        "match rejected",
        "match undone",
        "match accepted",
        "withdrawal: kept",
    }
    assert "Hidden Title Alpha" in client.get(f"/publications/{ids['suspected']}").text


def test_users_are_added_with_a_link(client: TestClient) -> None:
    sign_in(client, ADMINISTRATOR)
    token = token_in(client.get("/users").text)
    page = client.post("/users", data={"email": "new@example.org", "role": "staff", "form_token": token}).text
    assert "http://archive.test/sign-in/link/" in page
    page = client.post("/users", data={"email": "no address", "role": "staff", "form_token": token})
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert send(client, "/users/1/disable") == 409, "the only administrator"
    assert send(client, "/users/2/role", role="administrator") == 303


def test_a_topic_is_tried_kept_and_fed(client: TestClient) -> None:
    tried = client.get("/topics", params={"query": "neglect"}).text
    assert "1 publication in the last twelve months" in tried
    assert send(client, "/topics", name="Neglect in homes", query="neglect") == 303
    assert send(client, "/topics", name="Neglect in homes", query="neglect") == 422
    answer = client.get("/topics/neglect-in-homes.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert ElementTree.fromstring(answer.content).tag.endswith("feed")
    assert client.get("/topics/none.atom").status_code == 404


def test_a_subscription_from_channel_to_end(client: TestClient, engine: Engine) -> None:
    sign_in(client, ADMINISTRATOR)
    with writing(engine) as session:
        topics.add(session, "Everything", "", now=datetime.fromisoformat("2026-03-02T09:00:00+00:00"))
    assert send(client, "/channels", name="leads", address="nonsense://") == 422
    assert send(client, "/channels", name="leads", address="mailto:a@example.org") == 303
    assert "leads" in client.get("/channels").text
    wrong = {"channel": "leads", "topic": "Everything", "frequency": "weekly", "at": "25:00"}
    assert send(client, "/subscriptions", **wrong) == 422
    assert send(client, "/subscriptions", **{**wrong, "at": "08:00"}) == 303
    assert "Everything to leads" in client.get("/subscriptions").text
    for decision in ("pause", "resume", "end"):
        assert send(client, f"/subscriptions/1/{decision}") == 303
    assert send(client, "/subscriptions/9/pause") == 404


def test_unsubscribing_needs_no_sign_in_and_one_click_ends_one_digest(
    client: TestClient, engine: Engine, settings: Settings, now: datetime
) -> None:
    sign_in(client, ADMINISTRATOR)
    with writing(engine) as session:
        topics.add(session, "Everything", "", now=now)
    send(client, "/channels", name="leads", address="mailto:a@example.org,b@example.org")
    for frequency in ("daily", "weekly", "monthly"):
        send(client, "/subscriptions", channel="leads", topic="Everything", frequency=frequency)
    client.cookies.clear()
    first, second = (f"/unsubscribe/{unsubscribe_token(settings.key, 1, key, 'a@example.org')}" for key in (1, 2))
    shown = client.get(first).text
    assert "a@example.org gets this digest: Everything, daily." in shown
    assert "gets 2 other digests" in shown
    assert "gets no more of this digest" in client.post(first, data={"List-Unsubscribe": "One-Click"}).text
    assert "gets 1 other digest from us" in client.get(second).text
    assert "It gets no other digests from us." in client.post(second, data={"which": "all"}).text
    assert client.post(first, data={"which": "some"}).status_code == 422
    assert client.post(f"{first}x").status_code == 404
    assert client.get(f"/unsubscribe/{unsubscribe_token(settings.key, 1, 9, 'a@example.org')}").status_code == 404
    sign_in(client, ADMINISTRATOR)
    assert "a@example.org has left it (2 March 2026)." in client.get("/subscriptions/1").text
    assert "a link in a mail: unsubscribed from all" in client.get("/audit").text


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok", "database": "answers"}
    text = client.get("/metrics").text
    assert 'reviewwatch_publications{status="listed"} 2.0' in text
    assert 'reviewwatch_waiting{decision="match"} 1.0' in text


def test_a_digest_leaves_out_what_was_withdrawn_since(
    client: TestClient, engine: Engine, ids: dict[str, int], now: datetime
) -> None:
    with writing(engine) as session:
        number = _digest(session, [("neglect", ids["neglect"]), ("suspected", ids["suspected"])], now)
    page = client.get(f"/digests/{number}").text
    assert "Told of neglect" in page
    assert "Told of suspected" not in page
    assert "1 publication of this digest is not shown" in page
    assert f'href="/digests/{number}"' in client.get("/digests").text


def _digest(session: Session, told: list[tuple[str, int]], now: datetime) -> int:
    channel = channels.add(session, "leads", kind="mail", secret="", shown="", now=now)
    topic = topics.add(session, "Everything", "", now=now)
    kept = subscriptions.add(session, Subscription(channel_id=channel.id or 0, started_at=now), [topic])
    items = [
        Item(publication=number, title=f"Told of {name}", publisher="Exampleshire", kind="Local review")
        for name, number in told
    ]
    edition = Edition(
        subscription=kept.id or 0,
        topics=("Everything",),
        frequency="daily",
        period_start=now,
        period_end=now,
        period="2 March 2026",
        items=tuple(items),
        coverage=Coverage(sources=2, read=2),
    )
    content = edition.model_dump(mode="json")
    return digests.save(session, kept, content, changes=[], period=(now, now), now=now)
