"""A non-programmer's task, all of it in the browser: from an address to a card in Teams, with no terminal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from reviewwatch import worker
from reviewwatch.program import Program
from store import people
from store.database import engine_for, reading, writing
from store.models import Source, Subscription
from tests import browser, loopback
from tests.teams import Workflow, workflow
from tests.test_web_adding import REVIEWS
from tests.web_archive import ADMINISTRATOR, settings_for

NEW = "<ul><li><a href='/rowan.pdf'>Child Rowan: local review, March 2026</a></li>"


@pytest.fixture
def teams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workflow]:
    with workflow(tmp_path) as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.ca))
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as opened:
        yield opened


def test_from_an_empty_installation_to_a_test_card(
    chromium: Browser, teams: Workflow, sqlite_address: str, tmp_path: Path, now: datetime
) -> None:
    settings = settings_for(sqlite_address, tmp_path)
    settings.allow_private_addresses, settings.download_delay = True, 0
    engine = engine_for(sqlite_address)
    with writing(engine) as session:
        first = people.add_user(session, ADMINISTRATOR, "administrator", now=now)
        link = people.make_link(settings, first, now=now).removeprefix(settings.public_url)
    with loopback.serve({"/reviews": loopback.Page(REVIEWS)}) as site, browser.served(engine, settings, now) as address:
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(30_000)
        page = context.new_page()
        _sign_in(page, link)
        _add_source(page, f"{site.url}/reviews")
        _add_topic(page)
        _add_channel(page, teams.url)
        _subscribe(page)
        context.close()
        program = Program(settings, engine, now)
        worker.watch(program, now)
        site.pages["/reviews"] = loopback.Page(REVIEWS.replace("<ul>", NEW))
        next_day = now + timedelta(days=1)
        worker.watch(program, next_day)
        worker.tell(program, next_day)
    assert any("Child Rowan" in str(card) for card in teams.cards), "the digest arrives"
    with reading(engine) as session:
        source = session.exec(select(Source)).one()
        assert (source.enabled, source.due_at is not None, source.options) == (True, True, {"exclude": ["Elm"]})
        assert len(session.exec(select(Subscription)).all()) == 1
    assert any("to try the channel out" in str(card) for card in teams.cards)
    engine.dispose()


def _sign_in(page: Page, link: str) -> None:
    """By the one-time link that `run` prints."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/sources")


def _add_source(page: Page, url: str) -> None:
    page.get_by_role("link", name="Add a source").click()
    page.get_by_label("Address").fill(url)
    page.get_by_role("button", name="Look at this address").click()
    expect(page.get_by_text("2 entries with 2 documents")).to_be_visible()
    page.get_by_label("Exclude").fill("Elm")
    page.get_by_role("button", name="Test with these options").click()
    expect(page.get_by_text("1 entry with 1 document")).to_be_visible()
    page.get_by_label("Name of the source").fill("birchwood-reviews")
    page.get_by_label("Name of the new publisher").fill("Birchwood Partnership")
    page.get_by_role("button", name="Save and start watching").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("birchwood-reviews")
    expect(page.get_by_role("button", name="Disable this source")).to_be_visible()


def _add_topic(page: Page) -> None:
    page.get_by_role("link", name="Topics").click()
    page.get_by_label("Name").fill("Everything")
    page.get_by_role("button", name="Save topic").click()
    expect(page.get_by_text("Everything: everything")).to_be_visible()


def _add_channel(page: Page, url: str) -> None:
    page.get_by_role("link", name="Desk").click()
    page.get_by_role("link", name="Channels").click()
    page.get_by_label("Name").fill("Learning leads")
    page.get_by_label("Address").fill(url)
    page.get_by_role("button", name="Add channel").click()
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_text("The test message to Learning leads was taken.")).to_be_visible()


def _subscribe(page: Page) -> None:
    page.get_by_role("link", name="Desk").click()
    page.get_by_role("link", name="Subscriptions").click()
    page.get_by_label("Channel").select_option("Learning leads")
    page.get_by_label("Everything").check()
    page.get_by_role("button", name="Add subscription").click()
    expect(page.get_by_role("heading", name="Everything to Learning leads")).to_be_visible()
