"""Every link of a digest, in every form, leads to a page of the web app; without signing in, it asks for that."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from alerts.delivery import deliver_due, make_due_digests
from alerts.making import stored
from config.settings import Settings
from store.database import engine_for
from store.files import Files
from store.migrate import migrate
from tests import digest_archive as archive
from tests.mailbox import Mailbox, mailbox
from tests.web_archive import BASE_URL, fill, serving, settings_for, sign_in

LINK = re.compile(rf"{re.escape(BASE_URL)}(/[^\s\"'<>)\\]*)")
HOUR = timedelta(hours=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path, box: Mailbox) -> Settings:
    made = settings_for(sqlite_address, tmp_path)
    return made.model_copy(update={"smtp_url": SecretStr(box.url), "mail_from": "watch@example.org"})


@pytest.fixture
def told(sqlite_address: str, settings: Settings, tmp_path: Path, now: datetime) -> Iterator[Engine]:
    """A digest of two reviews has gone out; one of them has a hostile title."""
    engine = engine_for(sqlite_address)
    migrate(engine)
    archive.subscription(engine, settings, "mailto:a@example.org", now=now - HOUR)
    fill(engine, Files(settings.files), tmp_path, now=now)
    make_due_digests(engine, settings, now)
    assert deliver_due(engine, settings, now).accepted == 1
    yield engine
    engine.dispose()


def test_links_lead_somewhere(told: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    rendered, mail = stored(told, settings, 1), box.mails[0]
    bodies = [mail.get_body((kind,)) for kind in ("html", "plain")]
    forms = [*(str(one.get_content()) for one in bodies if one), rendered.card, rendered.markdown(), rendered.plain()]
    found = [set(LINK.findall(form)) for form in forms]
    assert all({"/digests/1", "/publications/1", "/publications/2"} <= paths for paths in found)
    with serving(told, settings, now) as client:
        _check(client, set.union(*found), signed_in=False)
        sign_in(client)
        _check(client, set.union(*found), signed_in=True)
        feed = feedparser.parse(client.get("/topics/leads.atom").content)
        assert feed.feed.title == "reviewwatch: leads"
        _check(client, {entry.link.removeprefix(BASE_URL) for entry in feed.entries}, signed_in=True)


def _check(client: TestClient, paths: set[str], *, signed_in: bool) -> None:
    for path in paths:
        answer = client.get(path, follow_redirects=False)
        if signed_in or path.startswith("/unsubscribe/"):
            assert answer.status_code == 200, path
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in")
