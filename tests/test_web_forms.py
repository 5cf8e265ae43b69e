"""Every form names all that is wrong, with a link to each field, and keeps what was filled in; and says what it did."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from pydantic import SecretStr

from store.database import engine_for
from tests.furnished import furnish
from tests.mailbox import mailbox
from tests.route_table import address
from tests.web_archive import ADMINISTRATOR, NASTY, PASSWORD, STAFF, serving, settings_for, sign_in, token_in
from web import words
from web.options_form import FormError

SOURCE = {"do": "watch", "kind": "listing", "url": "ftp://x", "name": "Not A Name", "every": "sometimes"}
WRONG: tuple[tuple[str, dict[str, str], list[str]], ...] = (
    ("/sources/new", {"do": "look", "url": "reviews"}, ["url"]),
    (
        "/sources/new",
        SOURCE | {"option.main": "((", "option.exclude": "("},
        ["url", "name", "publisher", "every", "option.main", "option.exclude"],
    ),
    ("/sources/new", SOURCE | {"publisher_name": "?"}, ["url", "name", "publisher_name", "every"]),
    (
        "/sources/new",
        SOURCE | {"url": "https://exampleshire-reviews.example/reviews", "name": "collection-list", "every": "1 day"}
        | {"publisher": "nobody"},
        ["url", "name", "publisher"],
    ),
    (
        "/sources/{name}/edit",
        {"do": "save", "url": "ftp://x", "every": "sometimes", "option.main": "((", "option.exclude": "("},
        ["url", "every", "option.main", "option.exclude"],
    ),
    ("/channels", {"name": "", "address": "nonsense"}, ["name", "address"]),
    ("/channels", {"name": "leads", "address": "http://x.example"}, ["name", "address"]),
    ("/channels/{channel_id}/address", {"address": "nonsense"}, ["address-1"]),
    ("/topics", {"name": "?"}, ["name"]),
    ("/subscriptions", {"channel": "", "at": "8 in the morning"}, ["channel", "topic", "at"]),
    ("/subscriptions/{subscription_id}", {"at": "25:00"}, ["at"]),
    ("/subscriptions/{subscription_id}/pause", {"until": "soon"}, ["until"]),
    ("/my-digests", {"at": "8 in the morning"}, ["topic", "at"]),
    ("/users", {"email": "nobody"}, ["email"]),
    ("/account/password", {"old": "wrong", "new": "short"}, ["old", "new"]),
    ("/account/tokens", {"name": ""}, ["name"]),
    ("/retention/{sort}", {"months": "a year"}, ["months-unconfirmed"]),
    ("/retention/{sort}", {"months": "99999"}, ["months-unconfirmed"]),
    ("/questions/{entry_id}", {"note": "It is on another page"}, ["answer-{entry_id}"]),
    ("/withdrawals/{withdrawal_id}/remove", {}, ["sure-1"]),
)  # fmt: skip
"""Route, what is filled in, and the fields that are wrong, in the page's order."""


@pytest.fixture
def furnished(sqlite_address: str, tmp_path: Path, now: datetime) -> Iterator[tuple[TestClient, dict[str, str]]]:
    engine = engine_for(sqlite_address)
    with mailbox() as box:
        settings = settings_for(sqlite_address, tmp_path).model_copy(update={"smtp_url": SecretStr(box.url)})
        samples = furnish(engine, settings, tmp_path, now=now)
        with serving(engine, settings, now) as client:
            sign_in(client, ADMINISTRATOR)
            yield client, samples | {"sort": "unconfirmed"}
    engine.dispose()


def test_every_form_names_all_that_is_wrong(furnished: tuple[TestClient, dict[str, str]]) -> None:
    client, samples = furnished
    token = token_in(client.get("/account").text)
    for path, form, fields in WRONG:
        answer = client.post(address(path, samples), data=form | {"form_token": token})
        page = BeautifulSoup(answer.text, "lxml")
        links = [str(link["href"]) for link in page.select(".govuk-error-summary__list a")]
        wanted = [address(field, samples) for field in fields]
        assert (answer.status_code, links) == (422, [f"#{field}" for field in wanted]), path
        assert len(page.select(".govuk-error-message")) == len(wanted), f"{path}: each beside its field"
        for field in wanted:
            assert page.find(id=field), f"{path}: the link leads to {field}"
            assert page.find(id=f"{field}-error"), f"{path}: {field} says what is wrong"
        assert page.select_one("title:-soup-contains-own('Error: ')"), path
        assert not page.select(".govuk-notification-banner"), path


def test_what_was_filled_in_stays(furnished: tuple[TestClient, dict[str, str]]) -> None:
    client, samples = furnished
    token = token_in(client.get("/account").text)
    for path, form, _ in WRONG:
        typed = {name: value for name, value in form.items() if name not in ("do", "old", "new", "sort")}
        if path in ("/channels/{channel_id}/address", "/account/tokens", "/subscriptions/{subscription_id}/pause"):
            continue
        page = BeautifulSoup(client.post(address(path, samples), data=form | {"form_token": token}).text, "lxml")
        for name, value in typed.items():
            fields = page.select(f'[name="{name}"]')
            kept = {str(field.get("value", "")) for field in fields} | {field.text.strip() for field in fields}
            kept |= {str(one["value"]) for field in fields for one in field.select("option[selected]")}
            assert value in kept or (name, value) in (("publisher", "nobody"), ("channel", "")), f"{path}: {name}"


def test_a_wish_that_is_not_whole_keeps_its_other_choices(furnished: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = furnished
    token = token_in(client.get("/account").text)
    form = {"topic": "Neglect", "frequency": "weekly", "weekday": "4", "working_days": "yes", "at": "noon"}
    page = BeautifulSoup(client.post("/my-digests", data=form | {"form_token": token}).text, "lxml")
    ticked = {str(one["name"]) for one in page.select("input[checked]")}
    chosen = {str(one["value"]) for one in page.select("option[selected]")}
    assert (ticked, {"weekly", "4"} <= chosen) == ({"topic", "working_days"}, True)


DONE: tuple[tuple[str, dict[str, str], str], ...] = (
    ("/publications/1/mark", {"state": "read"}, "marked"),
    ("/publications/1/mark", {"state": "none"}, "mark-gone"),
    ("/topics", {"name": "Another"}, "topic-added"),
    ("/topics/another/remove", {}, "topic-removed"),
    ("/sources/{name}/read", {}, "reading-asked-for"),
    ("/sources/{name}/disable", {}, "source-disabled"),
    ("/sources/{name}/enable", {}, "source-enabled"),
    ("/sources/{name}/edit", {"do": "save", "url": "https://x.example/", "every": "1 day"}, "source-changed"),
    ("/held/{name}/announce", {}, "held-decided"),
    ("/questions/{entry_id}", {"answer": "elsewhere"}, "answered"),
    ("/incidents/{incident_id}/resolve", {}, "incident-resolved"),
    ("/matches/{match_id}/reject", {}, "match-rejected"),
    ("/matches/{match_id}/undo", {}, "match-proposed"),
    ("/matches/{match_id}/accept", {}, "match-accepted"),
    ("/withdrawals/{withdrawal_id}/keep", {}, "withdrawal-kept"),
    ("/channels", {"name": "team", "address": "mailto:c@example.org"}, "channel-added"),
    ("/channels/{channel_id}/address", {"address": "mailto:d@example.org"}, "channel-address"),
    ("/channels/{channel_id}/disable", {}, "channel-disabled"),
    ("/channels/{channel_id}/enable", {}, "channel-enabled"),
    ("/subscriptions", {"channel": "team", "topic": "Neglect"}, "subscription-added"),
    ("/subscriptions/{subscription_id}", {"frequency": "monthly", "at": "9:00"}, "subscription-changed"),
    ("/subscriptions/{subscription_id}/pause", {}, "subscription-paused"),
    ("/subscriptions/{subscription_id}/resume", {}, "subscription-resumed"),
    ("/subscriptions/{subscription_id}/end", {}, "subscription-ended"),
    ("/users/{user_id}/role", {"role": "administrator"}, "role"),
    ("/users/{user_id}/team", {"team": "North"}, "team"),
    ("/users/{user_id}/disable", {}, "user-off"),
    ("/users/{user_id}/enable", {}, "user-on"),
    ("/retention/{sort}", {"months": "3"}, "retention-changed"),
    ("/retention/backups/1", {}, "backup-deleted"),
    ("/account/password", {"old": PASSWORD, "new": "four louder lanterns"}, "password"),
)  # fmt: skip


def test_every_form_says_what_it_did(furnished: tuple[TestClient, dict[str, str]]) -> None:
    client, samples = furnished
    for path, form, done in DONE:
        token = token_in(client.get("/account").text)
        answer = client.post(address(path, samples), data=form | {"form_token": token}, follow_redirects=True)
        page = BeautifulSoup(answer.text, "lxml")
        said = page.select_one(".govuk-notification-banner__heading")
        assert said, f"{path}: {answer.status_code}, {answer.url}"
        assert said.text.strip() == words.DONE[done], path


def test_signing_out_is_confirmed(furnished: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = furnished
    token = token_in(client.get("/account").text)
    answer = client.post("/sign-out", data={"form_token": token}, follow_redirects=True)
    assert words.DONE["signed-out"] in answer.text


def test_a_source_is_found_by_a_part_of_its_name_or_its_publishers(
    furnished: tuple[TestClient, dict[str, str]],
) -> None:
    client, _ = furnished

    def shown(**asked: str) -> list[str]:
        page = BeautifulSoup(client.get("/sources", params=asked).text, "lxml")
        return [link.text for link in page.select("h2 a")]

    assert set(shown()) == {"exampleshire-reviews", "collection-list"}
    assert shown(called=" Reviews ") == shown(called="safeguarding children") == ["exampleshire-reviews"]
    assert shown(called="list", state="failing") == ["collection-list"]
    assert shown(called="list", state="disabled") == shown(called=NASTY + NASTY) == []
    found = BeautifulSoup(client.get("/sources", params={"called": "list&x=1"}).text, "lxml")
    assert found.select_one("main a[href='/sources?called=list%26x%3D1&state=failing']"), "a state of the same names"


def test_what_cannot_be_decided_any_more_is_said_in_words_with_a_way_back(
    furnished: tuple[TestClient, dict[str, str]],
) -> None:
    client, samples = furnished
    token = token_in(client.get("/account").text)
    for expected in (303, 409):
        answer = client.post(address("/matches/{match_id}/reject", samples), data={"form_token": token})
        assert answer.status_code == expected
    page = BeautifulSoup(answer.text, "lxml")
    assert [one.text for one in page.select("h1")] == ["This cannot be done now"]
    assert page.select_one("main a[href='/desk']")


@pytest.mark.parametrize("made_up", ["", "x", "<b>x</b>", "__class__"])
def test_an_address_makes_no_page_say_other_things(furnished: tuple[TestClient, dict[str, str]], made_up: str) -> None:
    assert "govuk-notification-banner__" not in furnished[0].get("/desk", params={"done": made_up}).text


def test_what_was_done_is_said_in_plain_sentences() -> None:
    assert [text for text in words.DONE.values() if not re.fullmatch(r"[A-Z][^<>!]{5,90}[^.!]", text)] == []


def test_a_form_error_is_all_that_is_wrong_in_one_line() -> None:
    assert str(FormError({"a": "A is empty", "b": "B is too long"})) == "A is empty; B is too long"


def test_staff_is_known(furnished: tuple[TestClient, dict[str, str]]) -> None:
    """The mail address of a user who is there is refused by name."""
    client, _ = furnished
    token = token_in(client.get("/account").text)
    answer = client.post("/users", data={"email": STAFF, "form_token": token})
    assert (answer.status_code, f"There is already a user with the address {STAFF}" in answer.text) == (422, True)
