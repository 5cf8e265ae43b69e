"""The commands on both databases: what they print, as JSON too, and what they write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewwatch.commands.crawl import as_row
from store import people
from store.database import engine_for, reading
from store.entries import RunSummary
from tests.command_line import CommandLine, command_line
from tests.loopback import Page, Site, serve
from tests.mailbox import mailbox as mail_server

SOURCES = """
[[publisher]]
id = "exampleshire"
name = "Exampleshire Safeguarding Children Partnership"
short = "Exampleshire"
kind = "partnership"

[[source]]
name = "exampleshire-feed"
publisher = "exampleshire"
kind = "feed"
url = "{url}/feed.xml"
"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Reviews</title>
<item><title>Review of Child Birch</title><link>{url}/birch</link><guid>birch</guid>
<pubDate>Mon, 02 Feb 2026 09:00:00 GMT</pubDate></item>{more}</channel></rss>"""
SECOND = (
    "<item><title>Review of Child Elder</title><link>{url}/elder</link><guid>elder</guid>"
    "<pubDate>Tue, 03 Mar 2026 09:00:00 GMT</pubDate></item>"
)
MARCH_2 = "2026-03-02T09:00"
MARCH_3 = "2026-03-03T09:00"


@pytest.fixture
def program(tmp_path: Path, database_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, database_address, monkeypatch) as found:
        yield found


@pytest.fixture
def sqlite_program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


def test_a_review_travels_from_a_feed_to_a_digest(program: CommandLine) -> None:
    with serve() as site:
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url, more=""), type="application/rss+xml")
        (program.folder / "sources.toml").write_text(SOURCES.format(url=site.url))
        program.did("sources", "import", "sources.toml", "--at", MARCH_2)
        first = program.listed("crawl", "--all", "--at", MARCH_2)
        program.did("topics", "add", "everything", "", "--at", MARCH_2)
        program.did("channels", "add", "leads", "mailto:a@example.org", "--at", MARCH_2)
        subscribe = ["subscriptions", "add", "--channel", "leads", "--topic", "everything", "--frequency", "daily"]
        program.did(*subscribe, "--at", MARCH_2)
        more = SECOND.format(url=site.url)
        site.pages["/feed.xml"] = Page(FEED.format(url=site.url, more=more), type="application/rss+xml")
        assert program.listed("crawl", "--due", "--at", "2026-03-02T10:00") == []
        second = program.listed("crawl", "--due", "--at", MARCH_3)
    expected = {"source": "exampleshire-feed", "held": 0, "incident": None, "changed": 0}
    assert first == [expected | {"outcome": "baseline", "entries": 1, "new": 1}]
    assert second == [expected | {"outcome": "ok", "entries": 2, "new": 1}]

    preview = program.did("digests", "preview", "1", "--at", "2026-03-04")
    assert "Review of Child Elder" in preview
    assert "Review of Child Birch" not in preview

    sent = program.run("digests", "send", "--at", "2026-03-04T08:00", "--json")
    assert sent.exit_code == 1
    assert "REVIEWWATCH_SMTP_URL" in sent.stderr
    assert "a@example.org" in sent.stderr
    assert [one["number"] for one in program.listed("digests", "list")] == [1]
    assert "Review of Child Elder" in program.did("digests", "show", "1")

    exported = program.did("export").splitlines()
    assert len(exported) == 2
    found = program.listed("search", "elder")
    assert [set(hit) for hit in found] == [{"publication", "title", "document", "page", "snippet", "score"}]

    wider = program.run("search", "elder aardvark")
    assert wider.stdout.startswith("1 found.\n")
    assert "Review of Child Elder" in wider.stdout
    assert wider.stderr.startswith("Nothing has all of these words")
    assert program.listed("search", "elder aardvark") == []
    question = program.did("search", "what did the review about Elder say")
    assert question.startswith("1 found. Looked for “review”; and “Elder”. Small words left out: what, did, the, about")


def test_a_failed_source_is_exit_1_and_an_incident(program: CommandLine) -> None:
    with serve() as site:
        (program.folder / "sources.toml").write_text(SOURCES.format(url=site.url))
        program.did("sources", "import", "sources.toml")
        result = program.run("crawl", "exampleshire-feed", "--at", MARCH_2)
    assert result.exit_code == 1
    assert "exampleshire-feed could not be read" in result.stderr
    (incident,) = program.listed("incidents", "list")
    assert set(incident) == {"id", "source", "kind", "opened", "resolved", "evidence"}
    assert incident["resolved"] is None
    program.did("incidents", "resolve", str(incident["id"]))
    assert program.listed("incidents", "list")[0]["resolved"] is not None
    assert program.listed("incidents", "list", "--open") == []


def test_a_mail_server_that_refuses_loses_nothing(sqlite_program: CommandLine) -> None:
    program = sqlite_program
    with serve() as site, mail_server() as mailbox:
        subscribed_with_one_new_review(program, site)
        program.settings["REVIEWWATCH_SMTP_URL"] = mailbox.url
        mailbox.refuse["a@example.org"] = "451 4.3.0 not now"
        refused = program.run("digests", "send", "--at", "2026-03-04T08:00")
        assert refused.exit_code == 1
        assert refused.stderr.count("\n") == 1
        assert "not now" in refused.stderr
        assert "Traceback" not in refused.stderr
        mailbox.refuse.clear()
        (sent,) = program.listed("digests", "send", "--due", "--at", "2026-03-04T09:00")
    assert (sent["digest"], sent["state"], sent["attempts"]) == (1, "accepted", 2)
    assert len(mailbox.mails) == 1
    assert program.listed("digests", "send", "--at", "2026-03-04T09:00") == []


def test_the_preview_is_what_is_sent(sqlite_program: CommandLine) -> None:
    program = sqlite_program
    at = ["--at", "2026-03-04T08:00"]
    with serve() as site, mail_server() as mailbox:
        subscribed_with_one_new_review(program, site)
        program.settings["REVIEWWATCH_SMTP_URL"] = mailbox.url
        preview = program.did("digests", "preview", "1", *at)
        program.did("digests", "send", *at)
    (mail,) = mailbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == preview.splitlines()
    html = mail.get_body(("html",))
    assert html is not None
    shown = program.did("digests", "show", "1", "--format", "html")
    assert html.get_content().strip().splitlines() == shown.strip().splitlines()
    assert program.did("digests", "show", "1") == preview


def subscribed_with_one_new_review(program: CommandLine, site: Site) -> None:
    site.pages["/feed.xml"] = Page(FEED.format(url=site.url, more=""), type="application/rss+xml")
    (program.folder / "sources.toml").write_text(SOURCES.format(url=site.url))
    program.did("sources", "import", "sources.toml", "--at", MARCH_2)
    program.did("crawl", "--all", "--at", MARCH_2)
    program.did("topics", "add", "everything", "", "--at", MARCH_2)
    program.did("channels", "add", "leads", "mailto:a@example.org", "--at", MARCH_2)
    subscribe = ["subscriptions", "add", "--channel", "leads", "--topic", "everything", "--frequency", "daily"]
    program.did(*subscribe, "--at", MARCH_2)
    more = SECOND.format(url=site.url)
    site.pages["/feed.xml"] = Page(FEED.format(url=site.url, more=more), type="application/rss+xml")
    assert program.listed("crawl", "--due", "--at", MARCH_3)[0]["new"] == 1


def test_a_source_that_another_process_reads_is_failed_without_an_incident() -> None:
    row = as_row(RunSummary("exampleshire-feed", "busy"))
    assert (row["outcome"], row["incident"]) == ("failed", None)


def test_decisions_are_in_the_audit_log(sqlite_program: CommandLine) -> None:
    (sqlite_program.folder / "sources.toml").write_text(SOURCES.format(url="http://127.0.0.1:9"))
    sqlite_program.did("sources", "import", "sources.toml")
    sqlite_program.did("sources", "disable", "exampleshire-feed")
    sqlite_program.did("users", "add", "lead@example.org", "--role", "staff")
    with reading(engine_for(sqlite_program.settings["DATABASE_URL"])) as session:
        log = [(one.who, one.what, one.target) for one in people.decisions(session)]
    assert log == [
        ("command line", "user added", "lead@example.org"),
        ("command line", "source disabled", "exampleshire-feed"),
        ("command line", "sources imported", "sources.toml"),
    ]


def test_sources_are_exported_as_they_were_imported(sqlite_program: CommandLine) -> None:
    (sqlite_program.folder / "sources.toml").write_text(SOURCES.format(url="http://127.0.0.1:9"))
    sqlite_program.did("sources", "import", "sources.toml")
    printed = sqlite_program.did("sources", "export")
    sqlite_program.did("sources", "export", "again.toml")
    assert (sqlite_program.folder / "again.toml").read_text() == printed
    sqlite_program.did("sources", "import", "again.toml")
    assert [one["name"] for one in sqlite_program.listed("sources", "list")] == ["exampleshire-feed"]
    assert sqlite_program.listed("sources", "show", "exampleshire-feed")["incidents"] == []


def test_a_subscription_is_paused_and_resumed(sqlite_program: CommandLine) -> None:
    sqlite_program.did("topics", "add", "everything", "")
    sqlite_program.did("channels", "add", "leads", "mailto:a@example.org,b@example.org")
    options = ["--channel", "leads", "--topic", "everything", "--frequency", "weekly", "--weekday", "friday"]
    sqlite_program.did("subscriptions", "add", *options, "--time", "7:30", "--working-days", "--at", MARCH_2)
    (kept,) = sqlite_program.listed("subscriptions", "list")
    assert (kept["weekday"], kept["time"], kept["working_days"]) == ("friday", "07:30", True)
    assert kept["due_at"] == "2026-03-06T07:30:00+00:00"
    sqlite_program.did("subscriptions", "pause", "1", "--until", "2026-04-01")
    assert sqlite_program.listed("subscriptions", "list")[0]["paused_until"] == "2026-04-01"
    sqlite_program.did("subscriptions", "resume", "1")
    assert sqlite_program.listed("subscriptions", "list")[0]["paused"] is False


def test_a_one_time_link_is_printed_for_a_new_user(sqlite_program: CommandLine) -> None:
    assert "/sign-in/link/" in sqlite_program.did("users", "add", "a@example.org", "--role", "administrator")
    assert "/sign-in/link/" in sqlite_program.did("users", "link", "a@example.org")
    assert [user["role"] for user in sqlite_program.listed("users", "list")] == ["administrator"]


def test_a_channel_s_address_is_never_shown_whole(sqlite_program: CommandLine) -> None:
    sqlite_program.did("channels", "add", "leads", "mailto:somebody@example.org", "--administrators")
    assert "somebody" not in sqlite_program.did("channels", "list")
    assert sqlite_program.listed("channels", "list")[0]["for_administrators"] is True


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl",),
        ("crawl", "--due", "--all"),
        ("crawl", "--all", "--at", "yesterday"),
        ("crawl", "no-such-source"),
        ("sources", "show", "no-such-source"),
        ("sources", "check", "ftp://example.org/"),
        ("sources", "check", "mailto:a@example.org"),
        ("matches", "accept", "1"),
        ("incidents", "resolve", "1"),
        ("withdrawals", "keep", "1"),
        ("channels", "add", "leads", "mailto:nobody"),
        ("channels", "test", "leads"),
        ("subscriptions", "add", "--channel", "leads", "--topic", "x", "--frequency", "daily"),
        ("subscriptions", "add", "--channel", "leads", "--frequency", "daily"),
        ("subscriptions", "add", "--channel", "leads", "--topic", "x", "--frequency", "hourly"),
        ("subscriptions", "pause", "7"),
        ("digests", "preview", "1"),
        ("digests", "show", "1"),
        ("search", "x", "--until", "soon"),
        ("search", "x", "--since", "rubbish"),
        ("search", "x", "--since", "2024", "--until", "2023"),
        ("search", "x", "--since", ""),
        ("search", "x", "--kind", "nope"),
        ("search", "x", "--area", "Nowhere"),
        ("search", "x", "--theme", "nothing"),
        ("users", "add", "nobody", "--role", "staff"),
        ("users", "add", "a@example.org", "--role", "king"),
        ("export", "--format", "pdf"),
        ("nonsense",),
    ],
)
def test_wrong_use_is_exit_2_and_said_on_stderr(sqlite_program: CommandLine, arguments: tuple[str, ...]) -> None:
    result = sqlite_program.run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip()


def test_nothing_is_said_in_words_or_as_an_empty_list(sqlite_program: CommandLine) -> None:
    for noun in ("sources", "matches", "incidents", "withdrawals", "channels", "topics", "subscriptions", "digests"):
        assert sqlite_program.did(noun, "list").strip()
        assert sqlite_program.listed(noun, "list") == []
    assert sqlite_program.listed("search", "anything") == []
    for option in (("--kind", "Local reviews"), ("--theme", "domestic abuse"), ("--since", "2024", "--until", "2024")):
        assert sqlite_program.listed("search", "anything", *option) == []
    assert sqlite_program.listed("digests", "send") == []
    assert sqlite_program.listed("topics", "try", "neglect")["in_twelve_months"] == 0
