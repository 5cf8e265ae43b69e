"""The ways of the three users by keyboard alone, in a real browser. (The administrator's first day: whole_way.)"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr
from sqlalchemy import Engine

from store.database import engine_for
from tests import browser
from tests.furnished import furnish
from tests.keyboard import Keyboard
from tests.mailbox import Mailbox, mailbox
from tests.web_archive import ADMINISTRATOR, PASSWORD, STAFF, settings_for

TITLE = "Child T: a review of neglect in Exampleshire"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as opened:
        yield opened


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def mails() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def page(chromium: Browser, engine: Engine, tmp_path: Path, now: datetime, mails: Mailbox) -> Iterator[Page]:
    settings = settings_for(str(engine.url), tmp_path).model_copy(update={"smtp_url": SecretStr(mails.url)})
    furnish(engine, settings, tmp_path, now=now)
    with browser.served(engine, settings, now) as address:
        context = chromium.new_context(base_url=address, accept_downloads=True)
        context.set_default_timeout(20_000)
        yield context.new_page()
        context.close()


def sign_in(page: Page, email: str) -> Keyboard:
    keyboard = Keyboard(page)
    keyboard.open("/sign-in")
    keyboard.fill("email", email)
    keyboard.fill("password", PASSWORD)
    keyboard.press("Sign in")
    keyboard.heading("Search reviews")
    return keyboard


def test_staff_find_the_page_and_begin_a_briefing(page: Page) -> None:
    keyboard = sign_in(page, STAFF)
    keyboard.fill("q", '"professional curiosity" neglect')
    keyboard.enter()
    expect(page.get_by_role("heading", level=2, name="1 publication")).to_be_visible()
    keyboard.press(TITLE)
    keyboard.heading(TITLE)
    keyboard.press("Used in a briefing")
    expect(page.get_by_text(f"Used in a briefing ({STAFF}")).to_be_visible()
    keyboard.to("Starter for a seven-minute briefing (Word)")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "briefing-1.docx"


def test_a_learning_lead_reads_a_digest_and_asks_for_one(page: Page, mails: Mailbox) -> None:
    keyboard = sign_in(page, STAFF)
    keyboard.press("Digests")
    keyboard.heading("Digests")
    keyboard.press("Digest 1: 2 March 2026")
    keyboard.heading("Digest 1")
    keyboard.press("Digests")
    keyboard.press("Get digests by mail")
    keyboard.tick("Neglect")
    keyboard.press("Ask for it")
    expect(page.get_by_text(f"A mail is on its way to {STAFF}")).to_be_visible()
    link = re.search(r"/confirm/[^\s>\"]+", mails.mails[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert link
    keyboard.open(link[0])
    keyboard.press("Yes, send me these digests")
    keyboard.heading("Your digests are confirmed")


def test_an_administrator_decides(page: Page) -> None:
    keyboard = sign_in(page, ADMINISTRATOR)
    keyboard.press("Desk")
    keyboard.press("1 doubtful match")
    keyboard.press("Different")
    expect(page.get_by_text("No match waits for a decision.")).to_be_visible()
    keyboard.press("Desk")
    keyboard.press("Audit log")
    expect(page.get_by_text("match rejected")).to_be_visible()
