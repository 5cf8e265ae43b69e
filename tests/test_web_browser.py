"""The web app in a real browser: by keyboard, at both widths, with axe, with and without JavaScript."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from store import topics
from store.database import engine_for, writing
from store.files import Files
from tests import browser
from tests.web_archive import ADMINISTRATOR, PASSWORD, STAFF, fill, settings_for

STAFF_PAGES = (
    "/",
    "/?q=curiosity",
    "/?q=neglekt&kind=news",
    "/lessons",
    "/trends",
    "/digests",
    "/my-digests",
    "/topics",
    "/topics?query=neglect",
    "/account",
)
DESK_PAGES = (
    "/desk",
    "/sources",
    "/sources/new",
    "/sources/collection-list",
    "/sources/collection-list/edit",
    "/sources/collection-list/readings",
    "/sources/collection-list/pages",
    "/sources/collection-list/pages/1",
    "/sources/collection-list/rewind",
    "/incidents",
    "/incidents?state=resolved",
    "/incidents/1/page",
    "/held",
    "/questions",
    "/for-publishers",
    "/matches",
    "/withdrawals",
    "/withdrawals/1",
    "/channels",
    "/subscriptions",
    "/users",
    "/audit",
)
WIDTHS = (320, 1280)


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
def site(engine: Engine, tmp_path: Path, now: datetime) -> Iterator[str]:
    settings = settings_for(str(engine.url), tmp_path)
    fill(engine, Files(settings.files), tmp_path, now=now)
    with writing(engine) as session:
        topics.add(session, "Neglect", "neglect", now=now)
    with browser.served(engine, settings, now) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page. The test fails when a script fails, the policy stops something, or anything from outside runs."""
    context = chromium.new_context(base_url=site)
    context.set_default_timeout(20_000)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    opened.on("dialog", lambda dialog: wrong.append(f"something from outside ran: {dialog.message}"))
    opened.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    yield opened
    context.close()
    assert [text for text in wrong if "the server responded with a status of 404" not in text] == []


def sign_in(page: Page, email: str = STAFF) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search reviews")


def violations(page: Page) -> list[str]:
    found = Axe().run(page)
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("colours", ["none", "active"])
def test_no_page_has_a_barrier(page: Page, width: int, colours: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(forced_colors="active" if colours == "active" else "none")
    page.goto("/sign-in")
    assert violations(page) == []
    sign_in(page, ADMINISTRATOR)
    paths = [*STAFF_PAGES, *DESK_PAGES, *(f"/publications/{number}" for number in (1, 2, 3, 4)), "/nothing"]
    for path in paths:
        page.goto(path)
        assert violations(page) == [], path
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is wider than {width} px"


def test_search_by_keyboard_alone(page: Page) -> None:
    page.goto("/sign-in")
    _tab_to(page, "email")
    page.keyboard.type(STAFF)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search reviews")
    _tab_to(page, "q")
    page.keyboard.type('"professional curiosity" neglect')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="1 publication")).to_be_visible()
    _tab_to_link(page, "Child T: a review of neglect in Exampleshire")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Child T: a review of neglect in Exampleshire")


def _tab_to(page: Page, element_id: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    pytest.fail(f"{element_id} cannot be reached by keyboard")


def _tab_to_link(page: Page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    pytest.fail(f"the link {text!r} cannot be reached by keyboard")


def test_the_skip_link_leads_past_the_menu(page: Page) -> None:
    sign_in(page)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"


def test_everything_works_without_javascript(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, ADMINISTRATOR)
    page.get_by_label("Words to look for").fill("curiosity")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=2, name="2 publications")).to_be_visible()
    page.goto("/matches")
    page.get_by_role("button", name="Different").click()
    expect(page.get_by_text("No match waits for a decision.")).to_be_visible()
    context.close()


def test_nothing_is_asked_of_anybody_else(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page)
    page.goto("/?q=curiosity")
    page.goto("/publications/2")
    assert [url for url in asked if not url.startswith(site)] == []
    assert any(url.endswith("/static/dist/govuk-frontend.min.js") for url in asked), "its script may run"
