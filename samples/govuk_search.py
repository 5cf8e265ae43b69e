"""The GOV.UK twin's `/api/search.json`: filters, order, paging and fields; 422 for anything it does not know."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from samples.govuk import known, moment, updated
from samples.govuk_items import COLLECTION, SLUG, GovukItem
from samples.page import JSON, Page, text_page

Row = dict[str, Any]
PATH = "/api/search.json"
_FILTERS = {
    "organisations",
    "primary_publishing_organisation",
    "content_store_document_type",
    "document_collections",
    "link",
    "content_id",
}
_ORDERS = {"public_timestamp", "title", "popularity"}
_DEFAULT_FIELDS = ("title", "description", "link", "format", "public_timestamp", "organisations")
_FIELDS = {
    *_DEFAULT_FIELDS,
    "content_id",
    "content_store_document_type",
    "document_collections",
    "is_withdrawn",
    "primary_publishing_organisation",
    "slug",
}
_PLAIN = {"q", "order", "count", "start", "fields", "debug", "c"}


def search(query: str, day: int, first_day: date) -> Page:
    """The answer to one query string. Pages of a web item, withdrawn and gone items are not in the index."""
    parameters = parse_qsl(query, keep_blank_values=True)
    problem = _problem(parameters)
    if problem:
        return Page(f"<h1>Unprocessable</h1><p>{problem}</p>".encode(), status=422)
    single = dict(parameters)
    rows = [_row(item, day, first_day) for item in _indexed(day, single.get("debug") == "include_withdrawn")]
    rows = [row for row in rows if _passes(row, parameters) and single.get("q", "").lower() in row["title"].lower()]
    order = single.get("order", "-public_timestamp")
    rows.sort(key=lambda row: (row.get(order.lstrip("-"), ""), row["content_id"]), reverse=order.startswith("-"))
    start, count = int(single.get("start", "0")), int(single.get("count", "10"))
    fields = {name for key, value in parameters if key == "fields" for name in value.split(",")} or set(_DEFAULT_FIELDS)
    shown = [_shown(row, fields) for row in rows[start : start + count]]
    answer = {"results": shown, "total": len(rows), "start": start, "aggregates": {}, "suggested_queries": []}
    return text_page(json.dumps(answer), JSON)


def _problem(parameters: Sequence[tuple[str, str]]) -> str:
    """Why the query is refused, in words; empty when it is not."""
    for key, value in parameters:
        name = key.removesuffix("[]")
        if name not in _PLAIN and name.removeprefix("filter_").removeprefix("reject_") not in _FILTERS:
            return f"Unexpected parameters: {name}"
        if not _valid(name, value):
            return f"Invalid value for {name}"
    return ""


def _valid(name: str, value: str) -> bool:
    if name == "order":
        return value.lstrip("-") in _ORDERS
    if name == "fields":
        return set(value.split(",")) <= _FIELDS
    if name in {"count", "start"}:
        return value.isdigit() and int(value) <= (1500 if name == "count" else 900000)
    return True


def _indexed(day: int, with_withdrawn: bool) -> list[GovukItem]:
    return [item for item in known(day) if day < item.gone and (with_withdrawn or day < item.withdrawn)]


def _passes(row: Row, parameters: Sequence[tuple[str, str]]) -> bool:
    """Several values of one field are alternatives; different fields must all hold."""
    wanted: dict[str, set[str]] = {}
    for key, value in parameters:
        wanted.setdefault(key.removesuffix("[]"), set()).add(value)
    filters = {name.removeprefix("filter_"): values for name, values in wanted.items() if name.startswith("filter_")}
    rejects = {name.removeprefix("reject_"): values for name, values in wanted.items() if name.startswith("reject_")}
    kept = all(values & _values(row, name) for name, values in filters.items())
    return kept and not any(values & _values(row, name) for name, values in rejects.items())


def _values(row: Row, name: str) -> set[str]:
    if name in {"organisations", "primary_publishing_organisation"}:
        return {SLUG}
    if name == "document_collections":
        return {collection["slug"] for collection in row[name]}
    return {str(row[name])}


def _row(item: GovukItem, day: int, first_day: date) -> Row:
    collections = [{"slug": COLLECTION.rsplit("/", 1)[-1], "link": COLLECTION, "title": "National reviews"}]
    organisation = {"slug": SLUG, "title": "National Learning Panel", "link": f"/government/organisations/{SLUG}"}
    return {
        "title": item.title,
        "description": item.description,
        "link": item.path_at(day),
        "slug": item.path_at(day).rsplit("/", 1)[-1],
        "format": item.document_type,
        "content_id": item.content_id,
        "content_store_document_type": item.document_type,
        "public_timestamp": f"{moment(first_day, updated(item, day)):%Y-%m-%dT%H:%M:%SZ}",
        "organisations": [organisation | {"organisation_state": "live"}],
        "primary_publishing_organisation": [SLUG],
        "document_collections": collections if item.collection else [],
        "is_withdrawn": day >= item.withdrawn,
    }


def _shown(row: Row, fields: set[str]) -> Row:
    """The row as asked for, with the engine's own keys, among them its misleading `document_type`."""
    own = {
        "index": "govuk",
        "es_score": None,
        "_id": row["link"],
        "elasticsearch_type": "edition",
        "document_type": "edition",
    }
    return {name: row[name] for name in sorted(fields)} | own
