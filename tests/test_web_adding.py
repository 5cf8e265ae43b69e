"""Adding a source by pasting an address, and the form of its options."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from spiders import govuk, listing
from spiders.feed import Options as FeedOptions
from store.database import engine_for, reading
from store.files import Files
from store.models import Decision, Source
from tests.loopback import Page, Site, serve
from tests.web_archive import ADMINISTRATOR, NASTY, fill, serving, settings_for, sign_in, token_in
from web.options_form import FormError, option_fields, read_options

REVIEWS = """<main><h1>Reviews</h1><ul>
<li><a href="/birch.pdf">Child Birch: local review, March 2025</a></li>
<li><a href="/elm.pdf">Child Elm: local review</a></li></ul><p><a href="/privacy">Privacy notice</a></p></main>"""


@pytest.fixture
def publisher() -> Iterator[Site]:
    with serve({"/reviews": Page(REVIEWS)}) as site:
        yield site


@pytest.fixture
def client(sqlite_address: str, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    settings = settings_for(sqlite_address, tmp_path)
    settings.allow_private_addresses, settings.download_delay = True, 0
    engine = engine_for(sqlite_address)
    fill(engine, Files(settings.files), tmp_path, now=now)
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        yield client
    engine.dispose()


@pytest.fixture
def session(sqlite_address: str, client: TestClient) -> Iterator[Session]:
    engine = engine_for(sqlite_address)
    with reading(engine) as session:
        yield session
    engine.dispose()


def send(client: TestClient, do: str, **form: str) -> tuple[int, str]:
    token = token_in(client.get("/sources/new").text)
    answer = client.post("/sources/new", data={"form_token": token, "do": do, **form})
    return answer.status_code, answer.headers.get("location", "").partition("?")[0] or answer.text


def filled(site: Site, **more: str) -> dict[str, str]:
    given = {"url": f"{site.url}/reviews", "kind": "listing", "name": "birch-reviews", "publisher": "exampleshire"}
    return given | {"role": "publisher", "every": "6 hours"} | more


def test_an_address_is_read_and_nothing_kept(client: TestClient, publisher: Site, session: Session) -> None:
    status, text = send(client, "look", url=f"{publisher.url}/reviews")
    assert status == 200
    assert "Child Birch: local review" in text
    assert "2 entries with 2 documents" in text
    assert "Privacy notice" in text, "what was left out is shown"
    assert "it is a page" in text, "the reason for the kind"
    assert 'name="option.exclude"' in text
    assert len(session.exec(select(Source)).all()) == 2


def test_options_are_tested_before_they_are_kept(client: TestClient, publisher: Site) -> None:
    _, text = send(client, "test", **filled(publisher, **{"option.exclude": "Elm"}))
    assert "1 entry with 1 document" in text
    status, text = send(client, "test", **filled(publisher, **{"option.exclude": "("}))
    assert (status, "not a regular expression" in text) == (422, True)


def test_kept_disabled_or_enabled(client: TestClient, publisher: Site, session: Session) -> None:
    given = filled(publisher, **{"option.exclude": "Elm\nOak", "option.child_pages": "false"})
    assert send(client, "save", **given) == (303, "/sources/birch-reviews")
    kept = session.exec(select(Source).where(Source.name == "birch-reviews")).one()
    assert (kept.enabled, kept.due_at, kept.every) == (False, None, "6 hours")
    assert kept.options == {"exclude": ["Elm", "Oak"], "child_pages": False}
    assert session.exec(select(Decision.what)).all() == ["source added"]
    status, text = send(client, "watch", **filled(publisher))
    assert (status, "is taken" in text) == (422, True)
    status, text = send(client, "watch", **filled(publisher, name="another"))
    assert (status, "is watched already" in text) == (422, True)


def test_a_new_publisher_comes_with_it(client: TestClient, publisher: Site, session: Session, now: datetime) -> None:
    given = filled(publisher, publisher="", publisher_name="Birchwood Partnership", publisher_kind="partnership")
    assert send(client, "watch", **given)[0] == 303
    kept = session.exec(select(Source).where(Source.name == "birch-reviews")).one()
    assert (kept.publisher_id, kept.enabled, kept.due_at) == ("birchwood-partnership", True, now)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "javascript:alert(1)"}, "paste the whole address"),
        ({"name": "Not A Name"}, "small letters"),
        ({"name": "new"}, "is taken"),
        ({"every": "sometimes"}, "write a number"),
        ({"kind": "base"}, "Choose how the address is read"),
        ({"publisher": ""}, "Choose the publisher"),
        ({"publisher": "nobody"}, "no such publisher"),
        ({"publisher": "", "publisher_name": "?"}, "Publisher:"),
    ],
)
def test_what_is_wrong_is_said(client: TestClient, publisher: Site, wrong: dict[str, str], said: str) -> None:
    status, text = send(client, "watch", **filled(publisher, **wrong))
    assert (status, said in text) == (422, True), text


@pytest.mark.parametrize("url", ["", "ftp://example.org/", "http://[", NASTY])
def test_no_address_no_reading(client: TestClient, url: str) -> None:
    status, text = send(client, "look", url=url)
    assert (status, "is no address of a page" in text) == (422, True)
    assert NASTY not in text


def test_an_address_that_does_not_answer(client: TestClient, publisher: Site) -> None:
    status, text = send(client, "look", url=f"{publisher.url}/nothing")
    assert (status, "404" in text) == (200, True)


def test_the_form_follows_the_model() -> None:
    shapes = {one.id: one.shape for one in option_fields(listing.Options)}
    assert (shapes["option.main"], shapes["option.include"], shapes["option.child_pages"]) == (
        "text",
        "lines",
        "choice",
    )
    assert next(one for one in option_fields(govuk.Options) if one.id == "option.query").hint
    kinds = next(one for one in option_fields(FeedOptions) if one.id == "option.kind").choices
    assert ("local_review", "Local review") in kinds
    assert read_options(FeedOptions, {"option.kind": "briefing", "option.include": " a \n\n b "}) == {
        "kind": "briefing",
        "include": ["a", "b"],
    }
    with pytest.raises(FormError) as caught:
        read_options(FeedOptions, {"option.kind": "poem"})
    assert list(caught.value.errors) == ["option.kind"]
