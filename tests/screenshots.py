"""The three pictures of the README, made from the demo: `python -m tests.screenshots` (needs Debian's chromium)."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from reviewwatch import demo
from store import people
from store.database import engine_for, writing
from store.models import User
from tests.browser import chromium, served
from web.access import COOKIE

PICTURES = Path(__file__).parent.parent / "docs" / "screenshots"
SHOTS = (
    ("search", "/?q=neglect+recommendation", "", 1100, 900),
    ("publication-on-a-phone", "/?q=family+orchard", "a[href^='/publications/']", 390, 844),
    ("sources", "/sources", "", 1100, 900),
)
"""Name, address, the link to follow from there, width and height."""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        before = Path.cwd()
        os.chdir(name)
        try:
            demo.run(once=True, port=None)
        finally:
            os.chdir(before)
        take(Path(name) / "demo-data")


def take(folder: Path) -> None:
    """Pictures of a demo's archive, small enough to be looked at on the way."""
    settings = Settings(data_dir=folder)
    engine, now = engine_for(settings.database), datetime.now(UTC)
    with writing(engine) as session:
        user: User = people.add_user(session, "reader@example.org", "administrator", now=now)
        cookie = people.sign_in(session, user, now=now)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served(engine, settings, now) as address, chromium() as browser:
        for name, path, link, width, height in SHOTS:
            page = browser.new_page(base_url=address, viewport={"width": width, "height": height})
            page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
            page.goto(path)
            if link:
                page.locator(link).first.click()
            page.screenshot(path=PICTURES / f"{name}.png")
            page.context.close()
    engine.dispose()


if __name__ == "__main__":
    main()
