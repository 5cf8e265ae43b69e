"""Saved pages and what must be found on them: tests/fixtures/<kind>/<case>.<ending> and <case>.expected.json.

The expected file may hold `url`; `job` (fields of CrawlJob: options, areas, publisher_names, entries, ...); `callback`;
`pages` (address -> file name: requests that are followed); and what must come: `entries` (all of them; of each only
the fields that matter), `left_out`, `requests` (those not followed), `problem`, `empty_is_fine`. Order means nothing.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request, Response, TextResponse

from spiders import base
from store.reading import CrawlJob, LeftOut, Problem, SeenEntry

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = sorted(FIXTURES.glob("*/*.expected.json"))
ENDINGS = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
}


@pytest.mark.parametrize("kind", base.kinds())
def test_every_kind_has_a_saved_page(kind: str) -> None:
    assert any(path.parent.name == kind for path in EXPECTED)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.name.partition('.')[0]}")
def test_saved_page(path: Path) -> None:
    wanted = json.loads(path.read_text(encoding="utf-8"))
    spider, found = read(path, wanted)
    told = {
        "entries": sorted((item for item in found if isinstance(item, SeenEntry)), key=lambda item: item.key),
        "left_out": [item for item in found if isinstance(item, LeftOut)],
        "requests": sorted(item.url for item in found if isinstance(item, Request)),
        "problem": next((item.kind.value for item in found if isinstance(item, Problem)), None),
        "empty_is_fine": getattr(spider, "empty_is_fine", False),
    }
    for name in told.keys() & wanted.keys():
        assert like(told[name], wanted[name]) == wanted[name], name
    assert wanted.keys() & told.keys(), f"{path} expects nothing"


def read(path: Path, wanted: dict[str, Any]) -> tuple[base.SourceSpider, list[Any]]:
    """The spider, and all that it finds on the saved page and on the pages that the case saves beside it."""
    url = wanted.get("url", "https://www.example.org/learning/reviews")
    job = CrawlJob.model_validate(
        {"source": "saved-page", "kind": path.parent.name, "url": url, "user_agent": "test", "now": NOW}
        | wanted.get("job", {})
    )
    spider = base.spider_for(job.kind)(job)
    request = Request(url)
    first = getattr(spider, wanted.get("callback", "parse"))(answer(saved(path), request))
    return spider, list(followed(first, path.parent, wanted.get("pages", {})))


def followed(found: Iterator[Any], folder: Path, pages: dict[str, str]) -> Iterator[Any]:
    for item in found:
        if isinstance(item, Request) and item.url in pages:
            assert item.callback is not None
            response = answer(folder / pages[item.url], item)
            yield from followed(item.callback(response, **item.cb_kwargs), folder, pages)
        else:
            yield item


def answer(page: Path, request: Request) -> Response:
    content_type = ENDINGS[page.suffix]
    make = HtmlResponse if page.suffix == ".html" else TextResponse
    return make(request.url, body=page.read_bytes(), headers={"Content-Type": content_type}, request=request)


def saved(expected: Path) -> Path:
    case = expected.name.removesuffix(".expected.json")
    found = [expected.with_name(case + ending) for ending in ENDINGS if expected.with_name(case + ending).exists()]
    assert len(found) == 1, f"{expected} needs one saved page beside it"
    return found[0]


def like(told: Any, wanted: Any) -> Any:
    """What was found, cut down to the fields that the expected value names, lists in the expected order."""
    if isinstance(wanted, dict):
        fields = told if isinstance(told, dict) else told.model_dump(mode="json") if told is not None else {}
        return {name: like(fields.get(name), wanted[name]) for name in wanted}
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return ordered(list(told), wanted)
    if isinstance(wanted, list):
        return sorted(told) if sorted(told) != sorted(wanted) else wanted
    return told


def ordered(told: list[Any], wanted: list[dict[str, Any]]) -> list[Any]:
    """Each wanted item beside the one found that shares its first field; what is too much comes last."""
    left, result = list(told), []
    for one in wanted:
        name, value = next(iter(one.items()))
        match = next((item for item in left if plain(item).get(name) == value), None)
        if match is not None:
            left.remove(match)
            result.append(like(match, one))
    return result + [plain(item) for item in left]


def plain(item: Any) -> dict[str, Any]:
    return item if isinstance(item, dict) else item.model_dump(mode="json")


NOW = datetime(2031, 12, 1, 6, 0, tzinfo=UTC)
