"""A GOV.UK of our own on loopback: content items, search and organisations, for readings without the internet."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from spiders.engine.crawl import read
from store.reading import CrawlJob, KnownEntry, KnownPage, Reading

Item = dict[str, Any]
NOW = datetime(2031, 3, 4, 9, 0, tzinfo=UTC)
SLUG = "example-panel"
NOT_INDEXED = {"redirect", "gone", "html_publication"}


@dataclass
class Answer:
    """What is answered instead of what the items say."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


class GovukTwin:
    """`with GovukTwin(items) as twin`. `everything`: the search lists what the real one would not list, too."""

    def __init__(self, items: Iterable[Item] = (), *, everything: bool = False) -> None:
        self.items = {item["base_path"]: item for item in items}
        self.everything = everything
        self.answers: dict[str, Answer] = {}
        """path (without query) -> what to answer"""
        self.organisations: dict[str, Item] = {SLUG: {"details": {"slug": SLUG, "govuk_status": "live"}}}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True, kwargs={"poll_interval": 0.02}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, address: str) -> Answer:
        parts = urlsplit(address)
        if parts.path in self.answers:
            return self.answers[parts.path]
        if parts.path == "/api/search.json":
            return _json(self._search(parse_qs(parts.query)))
        if parts.path.startswith("/api/organisations/"):
            organisation = self.organisations.get(parts.path.rsplit("/", 1)[-1])
            return _json(organisation) if organisation else Answer("<h1>Page not found</h1>", 404)
        item = self.items.get(parts.path.removeprefix("/api/content"))
        return _json(item) if item else Answer("<h1>Page not found</h1>", 404)

    def _search(self, asked: dict[str, list[str]]) -> Item:
        rows = [self._row(item) for item in self.items.values() if self.everything or _indexed(item)]
        rows = rows if asked["filter_organisations"] == [SLUG] else []
        rows.sort(key=lambda row: str(row["public_timestamp"]), reverse=True)
        return {"results": rows, "total": len(rows), "start": 0, "aggregates": {}, "es_cluster": "A"}

    def _row(self, item: Item) -> Item:
        row = {name: item.get(name) for name in ("title", "description", "content_id")}
        return row | {
            "link": item["base_path"],
            "public_timestamp": item.get("public_updated_at"),
            "content_store_document_type": item.get("document_type"),
            "organisations": [{"slug": SLUG}],
            "document_type": "edition",
        }


def _indexed(item: Item) -> bool:
    withdrawn = bool((item.get("withdrawn_notice") or {}).get("withdrawn_at"))
    return item["schema_name"] not in NOT_INDEXED and item.get("locale", "en") == "en" and not withdrawn


def _json(value: Item) -> Answer:
    return Answer(json.dumps(value), headers={"Content-Type": "application/json; charset=utf-8"})


def _handler(twin: GovukTwin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                answer = Answer("User-agent: *\nDisallow: /search/all*\n", headers={"Content-Type": "text/plain"})
            else:
                twin.asked.append(self.path)
                answer = twin.answer(self.path)
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            etag = f'"{sha256(body).hexdigest()[:16]}"'
            as_before = answer.status == 200 and self.headers.get("If-None-Match") == etag
            self.send_response(304 if as_before else answer.status)
            for name, value in {**answer.headers, "ETag": etag}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if as_before else str(len(body)))
            self.end_headers()
            if not as_before:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler


def job(url: str, *, options: dict[str, object] | None = None, before: Reading | None = None) -> CrawlJob:
    """A job to read `url`; `before`: the last good reading, whose validators and entries are known."""
    return CrawlJob(
        source="govuk-example",
        kind="govuk",
        url=url,
        options=options or {},
        pages=_known_pages(before) if before else (),
        entries=_known_entries(before) if before else (),
        user_agent="reviewwatch test",
        download_delay=0,
        allow_private_addresses=True,
        now=NOW,
    )


def _known_pages(before: Reading) -> tuple[KnownPage, ...]:
    return tuple(
        KnownPage(url=page.url, etag=page.etag, last_modified=page.last_modified, sha256=page.sha256)
        for page in before.pages
    )


def _known_entries(before: Reading) -> tuple[KnownEntry, ...]:
    return tuple(
        KnownEntry(
            key=entry.key,
            url=entry.url,
            page=entry.page,
            detail_page=entry.detail_page,
            revision=entry.labels.get("revision", ""),
        )
        for entry in before.entries
    )


def due(known: CrawlJob, wanted: Callable[[KnownEntry], bool] = lambda _: True) -> CrawlJob:
    """The job with the entries that are wanted due for a re-read."""
    entries = tuple(entry.model_copy(update={"recheck": wanted(entry)}) for entry in known.entries)
    return known.model_copy(update={"entries": entries})


def reading_of(twin: GovukTwin, path: str = f"/government/organisations/{SLUG}", **about: Any) -> Reading:
    return read(job(twin.base + path, **about), time_limit=60)
