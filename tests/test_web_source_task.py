"""An administrator's task with sources, from an empty installation, all of it in the browser and without a terminal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from config.settings import Settings
from reviewwatch.tasks import crawl_and_work
from reviewwatch.work import Work
from store import people
from store.database import engine_for, writing
from store.files import Files
from tests import browser, source_flows
from tests.loopback import Page, Site, serve
from tests.test_flow_held import FIRST, MANY, listing
from tests.web_archive import ADMINISTRATOR, settings_for

NAME = "birchwood-reviews"
GONE = Page("<html><title>Page not found</title><body><main><h1>Page not found</h1></main></body></html>")


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
def settings(sqlite_address: str, tmp_path: Path) -> Settings:
    made = settings_for(sqlite_address, tmp_path)
    made.allow_private_addresses, made.download_delay = True, 0
    return made


def publish(site: Site, names: tuple[str, ...]) -> None:
    """The publisher's list, and a page for each of its reviews."""
    for name in names:
        text = f"<html><body><main><h1>Child {name}</h1><p>{name} was nine.</p></main></body></html>"
        site.pages[f"/files/{name.lower()}"] = Page(text)
    site.pages["/reviews"] = listing(names)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("scripts", [True, False])
def test_from_an_address_to_a_rewind(
    chromium: Browser, engine: Engine, settings: Settings, now: datetime, *, scripts: bool
) -> None:
    with writing(engine) as session:
        first = people.add_user(session, ADMINISTRATOR, "administrator", now=now)
        link = people.make_link(settings, first, now=now).removeprefix(settings.public_url)
    work = Work(engine, Files(settings.files), settings, now)

    def worker(day: int) -> None:
        crawl_and_work(replace(work, now=now + timedelta(days=day)), [NAME])

    with serve() as site, browser.served(engine, settings, now) as address:
        context = chromium.new_context(base_url=address, java_script_enabled=scripts)
        context.set_default_timeout(60_000)
        page = context.new_page()
        publish(site, FIRST)
        source_flows.sign_in_by_link(page, link)
        source_flows.look_at(page, f"{site.url}/reviews", found="3 entries with 3 documents")
        source_flows.watch(page, NAME, "Birchwood Partnership")
        worker(1)
        source_flows.exclude(page, NAME, "Linnet", lost="Child Linnet: practice review report")
        publish(site, (*FIRST, "Robin"))
        worker(2)
        site.pages["/reviews"] = GONE
        worker(3)
        source_flows.see_incident(page, NAME, came="Page not found")
        publish(site, (*MANY, "Dipper"))
        worker(4)
        page.goto("/incidents")
        source_flows.take_held(page, NAME, new=6)
        worker(5)
        source_flows.rewind(page, NAME, new="Child Robin: practice review report")
        context.close()
