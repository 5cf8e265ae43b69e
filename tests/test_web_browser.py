"""The web app in a real browser: by keyboard, at both widths, with axe, with and without JavaScript."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from config.settings import Settings
from store import people
from store.database import engine_for, writing
from tests import browser, keyboard
from tests.furnished import furnish
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, PASSWORD, STAFF, settings_for
from web.access import COOKIE

MORE = (
    "/?q=curiosity",
    "/?q=neglekt&kind=news",
    "/topics?query=neglect",
    "/incidents?state=resolved",
    *(f"/publications/{number}" for number in (1, 2, 3, 4)),
    "/nothing",
)
"""Other looks of pages whose first look comes from the route table."""
BEFORE_SIGNING_IN = ("/sign-in", "/sign-in/link/{token}", "/unsubscribe/{token}", "/confirm/{token}", "/for-publishers")
PARTS = 4
AXE = """() => axe.run({resultTypes: ["violations"]}).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"""
WIDTHS = (320, 1280)
COLOURS: tuple[Literal["none", "active"], ...] = ("none", "active")


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
def settings(engine: Engine, tmp_path: Path) -> Settings:
    return settings_for(str(engine.url), tmp_path)


@pytest.fixture
def samples(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, str]:
    return furnish(engine, settings, tmp_path, now=now)


@pytest.fixture
def site(engine: Engine, settings: Settings, samples: dict[str, str], now: datetime) -> Iterator[str]:
    with browser.served(engine, settings, now) as address:
        yield address


@pytest.fixture
def administrator(engine: Engine, samples: dict[str, str], now: datetime) -> str:
    """The cookie of a session."""
    with writing(engine) as session:
        user = people.find_user(session, ADMINISTRATOR)
        assert user is not None
        return people.sign_in(session, user, now=now)


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


def barriers(page: Page, path: str) -> list[str]:
    """What axe finds in either mode at either width, and whether anything is wider than the screen."""
    found: list[str] = []
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        for colours in COLOURS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(forced_colors=colours)
            found += [f"{path} at {width} px, forced colours {colours}: {one}" for one in page.evaluate(AXE)]
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            found.append(f"{path} is wider than {width} px")
    return found


def addresses(samples: dict[str, str]) -> list[str]:
    """Every page of the route table that is read signed in; feeds and files are no pages."""
    found = [address(path, samples) for path in paths("GET") if path not in (*BEFORE_SIGNING_IN, "/sign-in/oidc")]
    return sorted({*found, *MORE})


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_barrier(page: Page, samples: dict[str, str], administrator: str, site: str, part: int) -> None:
    wrong: list[str] = []
    page.context.add_cookies([{"name": COOKIE, "value": administrator, "url": site}])
    for path in addresses(samples)[part::PARTS]:
        answer = page.request.get(path)
        if answer.headers["content-type"].startswith("text/html"):
            assert answer.status == (404 if path in ("/nothing", "/sign-in/oidc/back") else 200), path
            page.goto(path)
            wrong += keyboard.barriers(page, path) + barriers(page, path)
    assert wrong == []


def test_no_page_before_signing_in_has_a_barrier(page: Page, samples: dict[str, str]) -> None:
    tokens = {"/unsubscribe/{token}": "unsubscribe", "/confirm/{token}": "confirm", "/sign-in/link/{token}": "link"}
    wrong: list[str] = []
    for path in BEFORE_SIGNING_IN:
        page.goto(address(path, {"token": samples[tokens.get(path, "link")]}))
        wrong += keyboard.barriers(page, path) + barriers(page, path)
    assert wrong == []


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
    assert any("/static/dist/govuk-frontend.min.js?v=" in url for url in asked), "its script may run"
