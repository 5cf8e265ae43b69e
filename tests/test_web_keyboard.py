"""Whole ways by keyboard alone, in a real browser: staff, a learning lead, an administrator's decisions.

(The administrator's first day, with the real program: whole_way.)
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
from tests.furnished import furnish
from tests.keyboard import Keyboard
from tests.mailbox import Mailbox, mailbox
from tests.web_archive import ADMINISTRATOR, PASSWORD, STAFF, settings_for

TITLE = "Child T: a review of neglect in Exampleshire"
SOURCE = "exampleshire-reviews"


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
    """Somebody at a page of a furnished archive; links in its mails lead to it."""
    furnish(engine, settings, tmp_path, now=now)
    with browser.served(engine, settings, now) as address:
        settings.base_url = address
        context = chromium.new_context(base_url=address, accept_downloads=True)
        context.set_default_timeout(20_000)
        yield Keyboard(context.new_page())
        context.close()


def sign_in(keyboard: Keyboard, email: str) -> None:
    keyboard.heading("Sign in")
    keyboard.fill("email", email)
    keyboard.fill("password", PASSWORD)
    keyboard.press("Sign in", "BUTTON")


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
    sign_in(keyboard, STAFF)
    _find(keyboard)
    _use(keyboard)
    _save_as_topic(keyboard)
    _ask_for_digests(keyboard, "curiosity about neglect")
    keyboard.arrive(link_in(_last_text(mails), "confirm"))
    keyboard.press("Yes, send me these digests")
    keyboard.heading("Your digests are confirmed")
    keyboard.press("Your account")
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
    keyboard.press("Search")
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
    sign_in(keyboard, STAFF)
    keyboard.heading(TITLE)
    keyboard.press("Not relevant for us")
    keyboard.is_told("The mark is set")
    keyboard.to("Menu", "BUTTON")
    keyboard.page.keyboard.press("Enter")
    keyboard.press("Digests")
    keyboard.press("Digest 2: 2 March 2026")
    keyboard.heading("Digest 2")
    keyboard.press(TITLE)
    keyboard.heading(TITLE)
    keyboard.page.set_content(cast(str, body.get_content()))
    keyboard.press("unsubscribe")
    keyboard.heading("Stop these digests")
    keyboard.press("Stop this digest")
    keyboard.heading("These digests have ended")


def test_an_administrator_decides_all_that_waits(keyboard: Keyboard) -> None:
    keyboard.arrive("/desk")
    sign_in(keyboard, ADMINISTRATOR)
    keyboard.skip_to_content()
    _resolve(keyboard)
    _decide_what_is_held(keyboard)
    _answer(keyboard)
    _compare(keyboard)
    _keep(keyboard)
    go(keyboard, "Audit log")
    for decided in ("withdrawal: kept", "match rejected", "question answered", "held reading: announced"):
        keyboard.sees(decided)


def test_an_administrator_changes_what_is_watched_told_and_kept(keyboard: Keyboard) -> None:
    keyboard.arrive("/desk")
    sign_in(keyboard, ADMINISTRATOR)
    _change_source(keyboard)
    _look_back(keyboard)
    _readdress(keyboard)
    _keep_for(keyboard)


def go(keyboard: Keyboard, place: str) -> None:
    """To a page of the desk, from wherever one is."""
    keyboard.press("Desk")
    keyboard.heading("Desk")
    keyboard.press(place)


def _resolve(keyboard: Keyboard) -> None:
    keyboard.press("1 open incident")
    keyboard.heading("Incidents")
    keyboard.press("See the page that came")
    keyboard.heading("A saved page")
    keyboard.press("Back")
    keyboard.press("Resolve")
    keyboard.is_told("The incident is resolved")
    keyboard.sees("No incident is open.")


def _decide_what_is_held(keyboard: Keyboard) -> None:
    go(keyboard, "1 held reading")
    keyboard.heading("Held readings")
    keyboard.press("Take it and announce what is new")
    keyboard.is_told("Your decision is kept")
    keyboard.sees("No reading is held.")


def _answer(keyboard: Keyboard) -> None:
    go(keyboard, "2 questions")
    keyboard.heading("Questions")
    keyboard.press("Answer", "BUTTON")
    keyboard.is_shown_what_is_wrong("Choose an answer")
    keyboard.page.keyboard.press("Space")
    keyboard.press("Answer", "BUTTON")
    keyboard.is_told("Your answer is kept")
    keyboard.pick("It is missing: it ought to be read there", "It is elsewhere")
    keyboard.fill("Note, such as the other address", "On the page of its annual reports")
    keyboard.press("Answer", "BUTTON")
    keyboard.is_told("Your answer is kept")
    keyboard.sees("It is elsewhere: the publisher has it on another page. On the page of its annual reports")


def _compare(keyboard: Keyboard) -> None:
    go(keyboard, "1 doubtful match")
    keyboard.heading("Doubtful matches")
    keyboard.press("The same")
    keyboard.is_told("Both are one publication now.")
    keyboard.press("Undo")
    keyboard.is_told("The decision is undone")
    keyboard.press("Different")
    keyboard.is_told("They stay apart.")


def _keep(keyboard: Keyboard) -> None:
    go(keyboard, "1 suspected withdrawal")
    keyboard.heading("Suspected withdrawals")
    keyboard.unfold("Remove it for good")
    keyboard.press("Remove", "BUTTON")
    keyboard.is_shown_what_is_wrong("Removing cannot be undone. Tick the box to show that you are sure")
    keyboard.press("Keep and show it again")
    keyboard.is_told("It is kept and shown again")
    keyboard.sees("No withdrawal waits for a decision.")


def _change_source(keyboard: Keyboard) -> None:
    keyboard.press("Sources")
    keyboard.press(SOURCE)
    keyboard.press("Change this source")
    keyboard.heading(f"Change {SOURCE}")
    keyboard.fill("Address", "exampleshire.example")
    keyboard.fill("Read every", "sometimes")
    keyboard.press("Save", "BUTTON")
    keyboard.is_shown_what_is_wrong(
        "The address is 'exampleshire.example': paste the whole address, such as \"https://www.example.org/reviews\"",
        "How often it is read is 'sometimes': write a number and minutes, hours, days or weeks, such as \"1 day\"; "
        "at most 53 weeks",
    )
    keyboard.type_over("https://exampleshire.example/reviews")
    keyboard.fill("Read every", "2 days")
    keyboard.press("Try on the saved pages")
    expect(keyboard.page.get_by_role("heading", name="With these options, earlier")).to_be_visible()
    keyboard.press("Save", "BUTTON")
    keyboard.is_told("The change is saved")


def _look_back(keyboard: Keyboard) -> None:
    keyboard.press("Saved pages")
    keyboard.heading(f"Saved pages of {SOURCE}")
    keyboard.press("2 March 2026, 09:00")
    keyboard.heading("A saved page")
    keyboard.press("Back")
    keyboard.press("Rewind")
    keyboard.heading(f"Rewind {SOURCE}")
    keyboard.press("Read them again")
    keyboard.sees("2 March 2026, 09:00: Could not be read")
    keyboard.press("Back to the source")
    keyboard.press("Disable this source")
    keyboard.is_told("The source is disabled")
    keyboard.press("Enable this source")
    keyboard.is_told("The source is enabled")


def _readdress(keyboard: Keyboard) -> None:
    go(keyboard, "Channels")
    keyboard.unfold("Give it another address: leads")
    keyboard.fill("New address, of the same kind", "mailto:")
    keyboard.press("Change address")
    keyboard.is_shown_what_is_wrong("leads keeps its address: write mailto: and at least one mail address")
    keyboard.type_over("c@example.org; d@example.org")
    keyboard.press("Change address")
    keyboard.is_told("The channel has its new address.")


def _keep_for(keyboard: Keyboard) -> None:
    go(keyboard, "How long things are kept, and backups")
    keyboard.heading("How long things are kept")
    keyboard.fill("months-unconfirmed", "a year")
    keyboard.press("Save", "BUTTON")
    keyboard.is_shown_what_is_wrong("Write a number of months from 0 to 600, or nothing to keep it for ever")
    keyboard.type_over("3")
    keyboard.press("Save", "BUTTON")
    keyboard.is_told("The time is saved")
    keyboard.press("I have deleted this file")
    keyboard.is_told("The backup is taken off the list")
