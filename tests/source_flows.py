"""What an administrator does with sources in a browser, step by step: for tests of whole tasks."""

from playwright.sync_api import Page, expect

expect.set_options(timeout=20_000)  # a trial reading starts a process of its own


def sign_in_by_link(page: Page, link: str) -> None:
    """By the one-time link that `run` prints; `link` is its path."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/sources")


def look_at(page: Page, url: str, *, found: str) -> None:
    """Paste an address and see what would be found."""
    page.goto("/sources")
    page.get_by_role("link", name="Add a source").click()
    page.get_by_label("Address").fill(url)
    page.get_by_role("button", name="Look at this address").click()
    expect(page.get_by_text(found)).to_be_visible()


def watch(page: Page, name: str, publisher: str) -> None:
    """Keep what was looked at as a source of a new publisher, and begin to watch it."""
    page.get_by_label("Name of the source").fill(name)
    page.get_by_label("Name of the new publisher").fill(publisher)
    page.get_by_role("button", name="Save and start watching").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def exclude(page: Page, name: str, words: str, *, lost: str) -> None:
    """Leave something out: tried first, then kept."""
    page.goto(f"/sources/{name}")
    page.get_by_role("link", name="Change this source").click()
    page.get_by_label("Exclude").fill(words)
    page.get_by_role("button", name="Test before saving").click()
    expect(page.get_by_role("heading", name="Would not be found any more: 1")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=lost).first).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Option: Exclude")).to_be_visible()


def see_incident(page: Page, name: str, *, came: str) -> None:
    """From the desk to the incident and the page that came."""
    page.goto("/desk")
    page.get_by_role("link", name="1 open incident").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("link", name="See the page that came").click()
    expect(page.get_by_text(came).first).to_be_visible()


def take_held(page: Page, name: str, *, new: int) -> None:
    """Look at a held reading and let it be announced."""
    page.goto("/desk")
    page.get_by_role("link", name="1 held reading").click()
    expect(page.get_by_role("heading", name=f"Would be announced as new: {new}")).to_be_visible()
    page.get_by_role("button", name=f"Take it and announce what is new from {name}").click()
    expect(page.get_by_text("No reading is held.")).to_be_visible()


def rewind(page: Page, name: str, *, new: str) -> None:
    """What would have been reported then."""
    page.goto(f"/sources/{name}")
    page.get_by_role("link", name="Rewind").click()
    page.get_by_role("button", name="Read them again").click()
    expect(page.get_by_role("listitem").filter(has_text=new).first).to_be_visible()
