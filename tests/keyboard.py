"""A person who uses the keyboard alone: Tab to something, see that it has the focus, type, press Enter or Space."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from config.settings import Settings
from tests import browser
from tests.furnished import furnish
from tests.web_archive import PASSWORD

MOST = 150
expect.set_options(timeout=20_000)  # a form may start a process of its own
AT = """() => {
  const at = document.activeElement, label = at.labels && at.labels[0];
  const text = (label || at).textContent.replace(/\\s+/g, ' ').trim();
  const box = at.getBoundingClientRect();
  const ringed = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.boxShadow !== 'none' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  };
  return {
    names: [at.id, at.getAttribute('aria-label') || '', text],
    tag: at.tagName,
    is_shown: at === document.body || (box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight
      && (ringed(at) || Boolean(label && ringed(label, '::before')))),
  };
}"""
"""What has the focus: its names, and whether it is on the screen and looks so."""

STOPS = """() => {
  const found = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
  const isRadio = one => one.type === 'radio' && one.name;
  const group = one => [...one.form.elements].filter(other => other.type === 'radio' && other.name === one.name);
  const isStop = one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility()
    && (!isRadio(one) || one === (group(one).find(other => other.checked) || group(one)[0]));
  window.stops = [...document.querySelectorAll(found)].filter(isStop);
  window.walked = [];
  const at = AT;
  document.addEventListener('focusin', event => {
    const {names, is_shown} = at();
    window.walked.push({number: window.stops.indexOf(event.target), name: names.join(' ').trim(), is_shown});
  });
  return window.stops.length + 3 * window.stops.filter(one => one.type === 'date').length;  // four in one
}""".replace("AT", AT)
"""Everything that a person can do something with, in the page's order; from now on each focus is written down."""


def barriers(page: Page, path: str) -> list[str]:
    """What Tab does not reach, or not in the page's order, or where nobody sees the focus; on a page just opened."""
    count = page.evaluate(STOPS)
    for _ in range(count):
        page.keyboard.press("Tab")
    walked = page.evaluate("document.activeElement.blur(), window.walked")
    unseen = [f"{path}: nobody sees the focus on {one['name']}" for one in walked if not one["is_shown"]]
    numbers = [one["number"] for one in walked]
    missing = page.evaluate(
        "numbers => window.stops.filter((one, at) => !numbers.includes(at)).map(one => one.outerHTML.slice(0, 120))",
        numbers,
    )
    unreached = [f"{path}: Tab does not reach {one}" for one in missing]
    return unseen + unreached + ([f"{path}: Tab leaves the page's order"] if numbers != sorted(numbers) else [])


class Keyboard:
    """`page` is only looked at: nothing here clicks, and only `arrive` goes to an address."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def arrive(self, address: str) -> None:
        """By a link from outside, which is no part of our pages: what `run` printed, a mail, a card."""
        self.page.goto(address)

    def next(self, key: str = "Tab") -> dict[str, Any]:
        """Press Tab or Shift+Tab: what has the focus then."""
        self.page.keyboard.press(key)
        at: dict[str, Any] = self.page.evaluate(AT)
        assert at["is_shown"], f"nobody sees that {at['names']} has the focus on {self.page.url}"
        return at

    def to(self, name: str, tag: str = "", key: str = "Tab") -> None:
        """Tab until the link, button or field of this name (or id) has the focus."""
        for _ in range(MOST):
            at = self.next(key)
            # the rest of a longer text is for those who only hear it
            if tag in ("", at["tag"]) and any(one == name or one.startswith(f"{name} ") for one in at["names"]):
                return
        pytest.fail(f"{name!r} cannot be reached by keyboard on {self.page.url}")

    def press(self, name: str, tag: str = "") -> None:
        """Go there and press Enter; the page that follows is waited for."""
        self.to(name, tag)
        self.enter()

    def menu(self, name: str) -> None:
        """To one of the places above every page: back by Shift+Tab, once one is somewhere on the page."""
        is_at_start = self.page.evaluate("document.activeElement === document.body")
        self.to(name, "A", "Tab" if is_at_start else "Shift+Tab")
        self.enter()

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, name: str) -> None:
        """Open what stands behind a line."""
        self.to(name, "SUMMARY")
        self.page.keyboard.press("Enter")

    def fill(self, name: str, text: str) -> None:
        self.to(name)
        self.type_over(text)

    def type_over(self, text: str) -> None:
        """Into the field that has the focus already."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, name: str) -> None:
        self.to(name)
        self.page.keyboard.press("Space")

    def choose(self, name: str, text: str) -> None:
        """In a list of choices, by typing how it begins."""
        self.to(name, "SELECT")
        self.page.keyboard.type(text)

    def pick(self, group: str, text: str) -> None:
        """One of several round buttons, by the arrow keys; `group` is the id of the first."""
        self.to(group)
        self.page.keyboard.press("Space")
        while not any(one.startswith(text) for one in self.page.evaluate(AT)["names"]):
            self.page.keyboard.press("ArrowDown")
            assert group not in self.page.evaluate(AT)["names"], f"{text!r} is not to be chosen"

    def skip_to_content(self) -> None:
        """The first thing on every page leads past its menu."""
        assert "Skip to main content" in self.next()["names"]
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#main-content")).to_be_focused()

    def sign_in(self, email: str) -> None:
        self.heading("Sign in")
        self.fill("email", email)
        self.fill("password", PASSWORD)
        self.press("Sign in", "BUTTON")

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def is_told(self, text: str) -> None:
        """What was done is said, and the focus stands there: Tab goes on with the page."""
        banner = self.page.get_by_role("alert").filter(has=self.page.get_by_role("heading", name="Done"))
        expect(banner).to_be_focused()
        expect(banner).to_contain_text(text)

    def is_shown_what_is_wrong(self, *texts: str) -> None:
        """All of it is named, the focus stands there, and Enter on the first leads to its field."""
        summary = self.page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        expect(summary.get_by_role("listitem")).to_have_text(list(texts))
        field = str(summary.get_by_role("link").first.get_attribute("href")).removeprefix("#")
        self.to(texts[0], "A")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(f'[id="{field}"]')).to_be_focused()


@contextmanager
def at_archive(
    chromium: Browser, engine: Engine, settings: Settings, folder: Path, now: datetime
) -> Iterator[Keyboard]:
    """Somebody before a furnished archive; links in its mails lead to it."""
    furnish(engine, settings, folder, now=now)
    with browser.served(engine, settings, now) as address:
        settings.base_url = address
        context = chromium.new_context(base_url=address, accept_downloads=True)
        context.set_default_timeout(20_000)
        yield Keyboard(context.new_page())
        context.close()
