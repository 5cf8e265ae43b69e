"""`--at` in the past: a subscription made today is served as of then as if it had been there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CommandLine, command_line
from tests.loopback import Page, serve
from tests.mailbox import mailbox
from tests.test_reviewwatch_commands import FEED, SECOND, SOURCES


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


def test_a_subscription_made_today_is_served_as_of_then(program: CommandLine) -> None:
    with serve() as site, mailbox() as mail:
        program.settings["REVIEWWATCH_SMTP_URL"] = mail.url
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url, more=""), type="application/rss+xml")
        (program.folder / "sources.toml").write_text(SOURCES.format(url=site.url))
        program.did("sources", "import", "sources.toml")
        program.did("topics", "add", "everything", "")
        program.did("channels", "add", "leads", "mailto:a@example.org")
        program.did("subscriptions", "add", "--channel", "leads", "--topic", "everything", "--frequency", "daily")
        program.did("crawl", "--all", "--at", "2020-03-02T06:00")
        more = SECOND.format(url=site.url)
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url, more=more), type="application/rss+xml")
        program.did("crawl", "--all", "--at", "2020-03-03T06:00")
        for moment in ("2020-03-03T07:00", "2020-03-03T09:00", "2020-03-03T10:00", "2020-03-04T09:00"):
            program.did("digests", "send", "--due", "--at", moment)
    assert [message["Subject"] for message in mail.mails] == ["reviewwatch digest 1: 1 new review"]
