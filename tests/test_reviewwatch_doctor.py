"""`doctor` and `sources check`, and what kind an address is."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from spiders.proposing import propose
from tests.command_line import CommandLine, command_line
from tests.loopback import Page, serve

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Reviews</title>
<item><title>Review of Child Birch</title><link>{url}/birch</link><guid>birch</guid></item></channel></rss>"""


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        monkeypatch.setattr("reviewwatch.doctor.LITTLE_SPACE", 1)
        yield found


def wrong(program: CommandLine) -> dict[str, str]:
    result = program.run("doctor", "--json")
    checks = json.loads(result.stdout)
    found = {check["check"]: check["text"] for check in checks if not check["ok"]}
    assert result.exit_code == (1 if found else 0)
    return found


def test_a_new_installation_is_well(program: CommandLine) -> None:
    assert wrong(program) == {}
    assert all(line.startswith("ok ") for line in program.did("doctor").splitlines())


def test_a_mail_channel_needs_a_mail_server(program: CommandLine) -> None:
    program.did("channels", "add", "leads", "mailto:a@example.org")
    assert "REVIEWWATCH_SMTP_URL is not set" in wrong(program)["mail server"]


def test_a_mail_server_that_does_not_answer(program: CommandLine) -> None:
    with socket.socket() as taken:  # bound, not listening: a connection is refused
        taken.bind(("127.0.0.1", 0))
        program.settings["REVIEWWATCH_SMTP_URL"] = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        assert "refused" in wrong(program)["mail server"]


def test_failing_sources_and_late_work_are_named(program: CommandLine) -> None:
    with serve() as site:
        source = (
            '[[publisher]]\nid = "e"\nname = "E"\nshort = "E"\nkind = "partnership"\n'
            f'[[source]]\nname = "e-feed"\npublisher = "e"\nkind = "feed"\nurl = "{site.url}/feed"\n'
        )
        (program.folder / "sources.toml").write_text(source)
        program.did("sources", "import", "sources.toml")
        program.run("crawl", "--all", "--at", "2026-03-02")
    found = wrong(program)
    assert "e-feed since 2026-03-02" in found["sources"]
    assert "start `reviewwatch run`" in found["clock and worker"]


def test_a_wrong_setting_is_the_only_line(program: CommandLine) -> None:
    program.settings["PORT"] = "many"
    assert list(wrong(program)) == ["settings"]


def test_a_file_in_place_of_the_data_folder(program: CommandLine) -> None:
    (program.folder / "data").write_text("in the way")
    assert {"data folder", "files"} <= wrong(program).keys()


def test_check_reads_an_unknown_address_without_storing(program: CommandLine) -> None:
    with serve() as site:
        site.pages["/news"] = Page(FEED.format(url=site.url), type="application/rss+xml")
        found = program.listed("sources", "check", f"{site.url}/news")
        shown = program.did("sources", "check", f"{site.url}/news")
        block = program.did("sources", "check", f"{site.url}/news", "--write")
        missing = program.run("sources", "check", f"{site.url}/nothing")
    assert (found["kind"], len(found["entries"]), found["problem"]) == ("feed", 1, None)
    assert "Review of Child Birch" in shown
    assert 'kind = "feed"' in block
    assert missing.exit_code == 1
    assert "404" in missing.stdout
    assert program.did("export") == ""


def test_check_reads_a_known_source_as_at_the_first_time(program: CommandLine) -> None:
    with serve() as site:
        site.pages["/feed"] = Page(FEED.format(url=site.url), type="application/rss+xml", etag='"1"')
        source = (
            '[[publisher]]\nid = "e"\nname = "E"\nshort = "E"\nkind = "partnership"\n'
            f'[[source]]\nname = "e-feed"\npublisher = "e"\nkind = "feed"\nurl = "{site.url}/feed"\n'
        )
        (program.folder / "sources.toml").write_text(source)
        program.did("sources", "import", "sources.toml")
        program.did("crawl", "e-feed")
        assert len(program.listed("sources", "check", "e-feed")["entries"]) == 1


@pytest.mark.parametrize(
    ("url", "media_type", "body", "kind"),
    [
        ("https://www.gov.uk/government/organisations/a-panel", "", "", "govuk"),
        ("https://www.gov.uk/guidance/a-page", "", "", "listing"),
        ("https://us10.campaign-archive.com/?u=1", "", "", "newsletter"),
        ("https://childsafeguarding.independent-panel.uk/", "", "", "panel"),
        ("https://reports.ofsted.gov.uk/search", "", "", "ofsted"),
        ("https://library.nspcc.org.uk/list", "", "", "nspcc"),
        ("https://example.org/x", "application/rss+xml", "", "feed"),
        ("https://example.org/x", "text/xml", "\ufeff<?xml version='1.0'?><feed xmlns='x'>", "feed"),
        ("https://example.org/x", "text/xml", "<urlset>", "sitemap"),
        ("https://example.org/x", "text/html", "<link rel='https://api.w.org/' href='/wp-json/'>", "wordpress"),
        ("https://example.org/x", "text/html", "<ul><li>A review</li></ul>", "listing"),
        ("https://evil.example/www.gov.uk/government/", "", "", "listing"),
        ("https://notnspcc.org.uk/", "", "", "listing"),
    ],
)
def test_the_kind_of_an_address(url: str, media_type: str, body: str, kind: str) -> None:
    assert propose(url, media_type=media_type, body=body).kind == kind


def test_a_page_that_names_its_feed_says_so() -> None:
    body = '<link type="application/rss+xml" href="/feed.xml"><p>Reviews</p>'
    assert "https://example.org/feed.xml" in propose("https://example.org/reviews", body=body).reason
