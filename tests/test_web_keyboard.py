"""Whole ways by keyboard alone, in a real browser: staff, and a learning lead.

(An administrator's first day, with the real program: whole_way; the desk: keyboard_desk.)
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr
from sqlalchemy import Engine, delete

from alerts.delivery import deliver_due, make_due_digests
from config.settings import Settings
from store.database import engine_for, writing
from store.models import DigestChange, Publication, Subscription
from tests import browser
from tests.keyboard import Keyboard, at_archive
from tests.mailbox import Mailbox, mailbox
from tests.web_archive import STAFF, settings_for

TITLE = "Child T: a review of neglect in Exampleshire"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not browser.built():
        pytest.skip("the front-end assets are not built: npm ci && npm run build")
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
def settings(engine: Engine, tmp_path: Path, mails: Mailbox) -> Settings:
    return settings_for(str(engine.url), tmp_path).model_copy(update={"smtp_url": SecretStr(mails.url)})


@pytest.fixture
def keyboard(
    chromium: Browser, engine: Engine, settings: Settings, tmp_path: Path, now: datetime
) -> Iterator[Keyboard]:
    with at_archive(chromium, engine, settings, tmp_path, now) as somebody:
        yield somebody


def link_in(mail_text: str, kind: str) -> str:
    """The path of the link of this kind, as it stands in the mail."""
    found = re.search(rf"/{kind}/[^\s>\"]+", mail_text)
    assert found, mail_text
    return found[0]


def test_staff_from_a_question_to_a_briefing_and_a_digest(keyboard: Keyboard, engine: Engine, mails: Mailbox) -> None:
    with writing(engine) as session:
        session.get_one(Publication, 2).kind = "thematic_report"
    keyboard.arrive("/")
    keyboard.fill("email", STAFF)
    keyboard.fill("password", "not this one")
    keyboard.press("Sign in", "BUTTON")
    keyboard.is_shown_what_is_wrong(
        "The email address or password is not right, or there were too many wrong tries. Try again, or wait 15 minutes."
    )
    keyboard.sign_in(STAFF)
    _find(keyboard)
    _use(keyboard)
    _save_as_topic(keyboard)
    _ask_for_digests(keyboard, "curiosity about neglect")
    keyboard.arrive(link_in(_last_text(mails), "confirm"))
    keyboard.press("Yes, send me these digests")
    keyboard.heading("Your digests are confirmed")
    keyboard.menu("Your account")
    keyboard.press("Sign out", "BUTTON")
    keyboard.heading("Sign in")
    keyboard.is_told("You are signed out")


def _find(keyboard: Keyboard) -> None:
    keyboard.heading("Search reviews")
    keyboard.skip_to_content()
    keyboard.fill("q", "curiosity")
    keyboard.enter()
    expect(keyboard.page.get_by_role("heading", level=2, name="2 publications")).to_be_visible()
    keyboard.press("Local review")
    keyboard.sees("Kind: Local review")
    expect(keyboard.page.get_by_role("heading", level=2, name="1 publication")).to_be_visible()
    keyboard.to("Open the document at page 2")
    opened = keyboard.page.evaluate("document.activeElement.getAttribute('href')")
    assert re.fullmatch(r"/documents/\d+#page=2", opened)
    with keyboard.page.context.expect_event("response", lambda one: "/documents/" in one.url) as answer:
        keyboard.page.keyboard.press("Control+Enter")  # in a tab of its own: the browser's own reader takes it over
    assert answer.value.status == 200
    assert keyboard.page.request.get(opened).headers["content-type"] == "application/pdf"


def _use(keyboard: Keyboard) -> None:
    keyboard.press(TITLE)
    keyboard.heading(TITLE)
    keyboard.press("Used in a briefing")
    keyboard.is_told("The mark is set")
    keyboard.sees(f"Used in a briefing ({STAFF}")
    keyboard.to("Starter for a seven-minute briefing (Word)")
    with keyboard.page.expect_download() as saved:
        keyboard.page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "briefing-1.docx"


def _save_as_topic(keyboard: Keyboard) -> None:
    keyboard.menu("Search")
    keyboard.fill("q", '"professional curiosity about neglect"')
    keyboard.enter()
    keyboard.press("Save as a topic")
    keyboard.heading("Topics")
    keyboard.sees("1 publication in the last twelve months.")
    keyboard.press("Save topic")
    keyboard.is_shown_what_is_wrong("A topic needs a name with letters or digits")
    keyboard.type_over("Curiosity about neglect")
    keyboard.press("Save topic")
    keyboard.is_told("The topic is saved")


def _ask_for_digests(keyboard: Keyboard, topic: str) -> None:
    keyboard.press("Get digests by mail")
    keyboard.heading("Your digests")
    keyboard.press("Ask for it")
    keyboard.is_shown_what_is_wrong("Choose at least one topic")
    keyboard.tick(topic.capitalize())
    keyboard.choose("How often", "Weekly")
    keyboard.press("Ask for it")
    keyboard.is_told(f"A mail is on its way to {STAFF}.")


def _last_text(mails: Mailbox) -> str:
    body = mails.mails[-1].get_body(("plain",))
    assert body
    return cast(str, body.get_content())


def test_a_learning_lead_from_a_mail_to_a_page_and_out(
    keyboard: Keyboard, engine: Engine, settings: Settings, mails: Mailbox, now: datetime
) -> None:
    with writing(engine) as session:
        session.exec(delete(DigestChange))  # nothing has been told yet
        kept = session.get_one(Subscription, 1)
        kept.started_at, kept.confirmed_at = now - timedelta(days=1), now
    later = now + timedelta(days=1)
    make_due_digests(engine, settings, later)
    deliver_due(engine, settings, later)
    body = mails.mails[0].get_body(("html",))
    assert body
    keyboard.page.set_viewport_size({"width": 320, "height": 560})  # a telephone, or 400 percent on a small screen
    keyboard.page.set_content(cast(str, body.get_content()))  # as a mail program shows it
    keyboard.press(TITLE)
    keyboard.sign_in(STAFF)
    keyboard.heading(TITLE)
    keyboard.press("Not relevant for us")
    keyboard.is_told("The mark is set")
    keyboard.to("Menu", "BUTTON")
    keyboard.page.keyboard.press("Enter")
    keyboard.menu("Digests")
    keyboard.press("Digest 2: 2 March 2026")
    keyboard.heading("Digest 2")
    keyboard.press(TITLE)
    keyboard.heading(TITLE)
    keyboard.page.set_content(cast(str, body.get_content()))
    keyboard.press("unsubscribe")
    keyboard.heading("Stop these digests")
    keyboard.press("Stop this digest")
    keyboard.heading("These digests have ended")
