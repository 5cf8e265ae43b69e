"""A person who uses the keyboard alone: Tab to something, type, press Enter or Space."""

import pytest
from playwright.sync_api import Page, expect

MOST = 120
NAMED = """() => {
  const at = document.activeElement, label = at.labels && at.labels[0];
  const text = (label || at).textContent.replace(/\\s+/g, ' ').trim();
  return [at.id, at.getAttribute('aria-label') || '', text, at.tagName];
}"""


class Keyboard:
    """`page` is only looked at: nothing here clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str, tag: str = "") -> None:
        """Tab until the link, button or field of this name (or id) has the focus."""
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            id_, label, text, at = self.page.evaluate(NAMED)
            named = name in (id_, label, text) or text.startswith(f"{name} ")  # the rest is for those who only hear it
            if named and tag in ("", at):
                return
        pytest.fail(f"{name!r} cannot be reached by keyboard on {self.page.url}")

    def press(self, name: str) -> None:
        """Go there and press Enter; the page that follows is waited for."""
        self.to(name)
        self.enter()

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, name: str) -> None:
        self.to(name)
        self.page.keyboard.press("Space")

    def choose(self, name: str, text: str) -> None:
        """In a list of choices, by typing how it begins."""
        self.to(name)
        self.page.keyboard.type(text)

    def open(self, path: str) -> None:
        """By the address bar, as anybody may."""
        self.page.goto(path)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
