"""A non-programmer's first day, by keyboard alone and with no terminal: from the link that `run` prints to a digest.

The program is the real one, as a process with its worker; the publisher's page and Teams are servers of this machine.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import browser
from tests.command_line import CommandLine, command_line
from tests.keyboard import Keyboard
from tests.loopback import Page, Site, serve
from tests.mailbox import free_port
from tests.running import PAUSE, running
from tests.teams import Workflow, workflow
from tests.test_reviewwatch_run import NOTHING_TO_READ
from tests.test_web_adding import REVIEWS
from tests.web_archive import PASSWORD, STAFF, make_pdf

NEW = "<ul><li><a href='/rowan.pdf'>Child Rowan: local review, March 2026</a></li>"
ROWAN = ["Child Rowan", "Recommendation 1: The partnership should seek assurance about professional curiosity."]
SOURCE = "birchwood-reviews"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as opened:
        yield opened


@pytest.fixture
def teams(tmp_path: Path) -> Iterator[Workflow]:
    with workflow(tmp_path) as made:
        yield made


@pytest.fixture
def publisher() -> Iterator[Site]:
    with serve({"/reviews": Page(REVIEWS)}) as site:
        yield site


@pytest.fixture
def installation(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """Empty, but for one source that is switched off: the catalogue's sources would be read from their sites."""
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        (tmp_path / "sources.toml").write_text(NOTHING_TO_READ)
        found.did("sources", "import", "sources.toml")
        yield found


@pytest.mark.timeout(300)
def test_from_an_empty_installation_to_a_digest(
    chromium: Browser, installation: CommandLine, teams: Workflow, publisher: Site
) -> None:
    settings = installation.settings | {"REQUESTS_CA_BUNDLE": str(teams.ca)}
    with running(installation.folder, free_port(), **settings) as link:
        administrator = person(chromium)
        begin(administrator, link)
        add_source(administrator, f"{publisher.url}/reviews")
        add_topic(administrator)
        add_channel(administrator, teams.url)
        assert "to try the channel out" in str(teams.cards)
        subscribe(administrator)
        invited = invite(administrator)
        see_reading(administrator, "First reading")
        publish(publisher, installation.folder)
        read_now(administrator)
        read_the_digest(person(chromium), invited, card_link(teams))


def person(chromium: Browser) -> Keyboard:
    context = chromium.new_context()
    context.set_default_timeout(30_000)
    return Keyboard(context.new_page())


def begin(keyboard: Keyboard, link: str) -> None:
    """In by the one-time link, and a password for the next time."""
    keyboard.arrive(link)
    keyboard.heading("Sign in")
    keyboard.press("Sign in", "BUTTON")
    keyboard.heading("Your account")
    keyboard.sees("The link that you signed in with works no more.")
    keyboard.fill("New password", "short")
    keyboard.press("Save password")
    keyboard.is_shown_what_is_wrong("Use at least 12 characters; three random words make a good password")
    keyboard.type_over(PASSWORD)
    keyboard.press("Save password")
    keyboard.is_told("Your password is saved")
    keyboard.menu("Desk")
    keyboard.heading("Desk")


def add_source(keyboard: Keyboard, url: str) -> None:
    keyboard.press("Add a source, or enable some of those that are listed")
    keyboard.heading("Sources")
    keyboard.press("Add a source")
    keyboard.heading("Add a source")
    keyboard.fill("Address", "reviews")
    keyboard.press("Look at this address")
    keyboard.is_shown_what_is_wrong("'reviews' is no address of a page: it begins with https:// or http://")
    keyboard.type_over(url)
    keyboard.press("Look at this address")
    keyboard.sees("2 entries with 2 documents")
    keyboard.fill("option.exclude", "Elm")
    keyboard.press("Test with these options")
    keyboard.sees("1 entry with 1 document")
    keyboard.fill("Name of the source", "Birchwood reviews")
    keyboard.press("Save and start watching")
    keyboard.is_shown_what_is_wrong(
        "The name of the source is 'Birchwood reviews': "
        'use small letters, digits and single hyphens or underscores, such as "exampleshire"',
        "Choose the publisher, or name a new one",
    )
    keyboard.type_over(SOURCE)
    keyboard.fill("Name of the new publisher", "Birchwood Partnership")
    keyboard.press("Save and start watching")
    keyboard.heading(SOURCE)
    keyboard.is_told("The source is saved and watched")


def add_topic(keyboard: Keyboard) -> None:
    keyboard.menu("Topics")
    keyboard.heading("Topics")
    keyboard.fill("Name", "Everything")
    keyboard.press("Save topic")
    keyboard.is_told("The topic is saved")
    keyboard.sees("Everything: everything")


def add_channel(keyboard: Keyboard, url: str) -> None:
    keyboard.menu("Desk")
    keyboard.press("Add a channel: where messages go")
    keyboard.heading("Channels")
    keyboard.fill("Name", "Learning leads")
    keyboard.fill("Address", url)
    keyboard.press("Add channel")
    keyboard.is_told("Send a test message to see whether it arrives")
    keyboard.press("Send a test message")
    keyboard.is_told("The test message to Learning leads was taken.")


def subscribe(keyboard: Keyboard) -> None:
    keyboard.menu("Desk")
    keyboard.press("Add a subscription: a channel gets a topic")
    keyboard.heading("Subscriptions")
    keyboard.choose("Channel", "Learning leads")
    keyboard.press("Add subscription")
    keyboard.is_shown_what_is_wrong("Choose at least one topic")
    keyboard.page.keyboard.press("Space")
    keyboard.choose("How often", "Immediately")
    keyboard.press("Add subscription")
    keyboard.is_told("The subscription is added")
    expect(keyboard.page.get_by_role("heading", name="Everything to Learning leads")).to_be_visible()
    keyboard.menu("Desk")
    expect(keyboard.page.get_by_role("heading", name="First steps")).to_be_hidden()


def invite(keyboard: Keyboard) -> str:
    """A learning lead becomes a user; the link for them."""
    keyboard.press("Users")
    keyboard.fill("Email address", STAFF)
    keyboard.press("Add user")
    keyboard.sees(f"Send this link to {STAFF}.")
    found = re.search(r"http://\S+/sign-in/link/\S+", keyboard.page.locator("main").inner_text())
    assert found
    keyboard.menu("Desk")
    keyboard.press("Sources")
    keyboard.press(SOURCE)
    return found[0]


def see_reading(keyboard: Keyboard, came: str) -> None:
    """Look again until it is over."""
    while not keyboard.page.locator("main").get_by_text(came).count():
        PAUSE.wait(0.3)
        keyboard.press("Look again")


def publish(publisher: Site, folder: Path) -> None:
    make_pdf(folder / "rowan.pdf", ROWAN)
    publisher.pages["/rowan.pdf"] = Page((folder / "rowan.pdf").read_bytes(), type="application/pdf")
    publisher.pages["/reviews"] = Page(REVIEWS.replace("<ul>", NEW))


def read_now(keyboard: Keyboard) -> None:
    keyboard.press("Read it now")
    keyboard.is_told("A reading is asked for")
    see_reading(keyboard, "2 entries, 1 new")


def card_link(teams: Workflow) -> str:
    """What the button under the card of the new review opens."""
    while not (found := [card for card in teams.cards if "Child Rowan" in str(card)]):
        PAUSE.wait(0.1)
    content: Any = found[0]["attachments"][0]["content"]
    return str(content["actions"][0]["url"])


def read_the_digest(keyboard: Keyboard, invited: str, digest: str) -> None:
    keyboard.arrive(invited)
    keyboard.press("Sign in", "BUTTON")
    keyboard.heading("Your account")
    keyboard.arrive(digest)
    keyboard.heading("Digest 1")
    keyboard.press("Child Rowan: local review")
    keyboard.heading("Child Rowan: local review")
    keyboard.sees("The partnership should seek assurance about professional curiosity")
    keyboard.to("Overview report, page 2")
    keyboard.press("Read")
    keyboard.is_told("The mark is set")
