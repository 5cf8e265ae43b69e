"""A page that leaves GOV.UK is believed to be gone at the second look, though both answers are the same bytes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CommandLine, command_line
from tests.loopback import Page, Site, serve

SOURCES = """
[[publisher]]
id = "panel"
name = "The Panel"
short = "Panel"
kind = "national"

[[source]]
name = "panel-govuk"
publisher = "panel"
kind = "govuk"
url = "{url}/government/organisations/the-panel"
"""


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


def as_json(value: object, status: int = 200) -> Page:
    return Page(json.dumps(value), type="application/json", status=status)


def publish(site: Site, *names: str) -> None:
    """The organisation's pages, as its search and its Content API show them."""
    stamp = "2026-02-02T10:00:00.000+00:00"
    rows = [
        {"title": f"Review {name}", "link": f"/government/publications/{name}", "content_id": f"id-{name}",
         "public_timestamp": stamp, "content_store_document_type": "independent_report"}
        for name in names
    ]  # fmt: skip
    site.pages["/api/search.json"] = as_json({"results": rows, "total": len(rows), "start": 0})
    for name in names:
        site.pages[f"/api/content/government/publications/{name}"] = as_json(
            {"content_id": f"id-{name}", "base_path": f"/government/publications/{name}", "title": f"Review {name}",
             "schema_name": "publication", "document_type": "independent_report", "locale": "en",
             "first_published_at": stamp, "public_updated_at": stamp,
             "details": {"body": "", "first_public_at": stamp, "change_history": [], "attachments": []}, "links": {}}
        )  # fmt: skip


WREN = "/government/publications/wren"
GONE = as_json({"schema_name": "gone", "document_type": "gone", "base_path": WREN}, status=410)
AWAY = as_json(
    {"schema_name": "redirect", "document_type": "redirect", "base_path": WREN,
     "redirects": [{"path": WREN, "type": "exact", "destination": "/government/publications/robin"}]}
)  # fmt: skip


@pytest.mark.parametrize("answer", [GONE, AWAY, Page("", status=404)], ids=["gone", "redirect", "not found"])
def test_a_page_that_is_gone_is_suspected_and_stays_so(program: CommandLine, answer: Page) -> None:
    with serve() as site:
        (program.folder / "sources.toml").write_text(SOURCES.format(url=site.url))
        program.did("sources", "import", "sources.toml", "--at", "2026-03-02T09:00")
        publish(site, "wren", "owl", "kite")
        program.did("crawl", "--all", "--at", "2026-03-02T09:00")
        publish(site, "owl", "kite")
        site.pages[f"/api/content{WREN}"] = answer
        for day in ("2026-03-04", "2026-03-05", "2026-03-15"):
            program.did("crawl", "--all", "--at", f"{day}T09:00")
            exported = [json.loads(line) for line in program.did("export").splitlines()]
            states = {one["title"]: one["status"] for one in exported}
            assert states == {"Review wren": "suspected", "Review owl": "listed", "Review kite": "listed"}, day
            (wren,) = (one for one in exported if one["title"] == "Review wren")
            assert [change["kind"] for change in wren["changes"]] == ["new", "suspected"]
            assert wren["entries"][0]["last_seen"].startswith("2026-03-02")
