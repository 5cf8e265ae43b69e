"""The desk by keyboard alone: every decision of an administrator can be reached and taken, and is confirmed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from store.database import engine_for
from tests import browser
from tests.keyboard import Keyboard, at_archive
from tests.web_archive import ADMINISTRATOR, settings_for

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
def keyboard(chromium: Browser, engine: Engine, tmp_path: Path, now: datetime) -> Iterator[Keyboard]:
    with at_archive(chromium, engine, settings_for(str(engine.url), tmp_path), tmp_path, now) as somebody:
        yield somebody


def test_an_administrator_decides_all_that_waits(keyboard: Keyboard) -> None:
    keyboard.arrive("/desk")
    keyboard.sign_in(ADMINISTRATOR)
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
    keyboard.sign_in(ADMINISTRATOR)
    _change_source(keyboard)
    _look_back(keyboard)
    _readdress(keyboard)
    _keep_for(keyboard)


def go(keyboard: Keyboard, place: str) -> None:
    """To a page of the desk, from wherever one is."""
    keyboard.menu("Desk")
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
