"""The GOV.UK twin: Content API items, web pages, organisation, feed and files, as its interfaces give them."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from samples import shapes
from samples.cases import NAMES
from samples.govuk_items import COLLECTION, ITEMS, ORGANISATION, SLUG, Attachment, GovukItem
from samples.page import JSON, Page, Pages, redirect, text_page
from samples.reports import document

Content = dict[str, Any]
_NAME = NAMES["govuk"]
_ORGANISATION_ID = str(uuid5(NAMESPACE_URL, f"http://govuk.sample{ORGANISATION}"))
_GONE_BECAUSE = "<p>This notice was published in error.</p>"


def moment(first_day: date, days: int) -> datetime:
    return datetime.combine(first_day + timedelta(days=days), time(9, 30), UTC)


def known(day: int) -> tuple[GovukItem, ...]:
    """Everything that has been published by that day, withdrawn and gone items too."""
    return tuple(item for item in ITEMS if item.since <= day)


def pages(day: int, first_day: date) -> Pages:
    found: Pages = {}
    for item in known(day):
        found |= _item_pages(item, day, first_day)
    listed = [item for item in known(day) if day < min(item.withdrawn, item.gone)]
    found["govuk", f"{ORGANISATION}.atom"] = _feed(listed, day, first_day)
    found["govuk", f"/api/organisations/{SLUG}"] = _json(_organisation_record())
    found["govuk", f"/api/content{ORGANISATION}"] = _json(_organisation_content())
    found["govuk", ORGANISATION] = text_page(_organisation_page(listed, day))
    found["govuk", f"/api/content{COLLECTION}"] = _json(_collection(listed, day, first_day))
    found["govuk", COLLECTION] = text_page(shapes.page(_NAME, "National reviews", "<p>All national reviews.</p>"))
    return found


def _item_pages(item: GovukItem, day: int, first_day: date) -> Pages:
    path = item.path_at(day)
    if day >= item.gone:
        gone = shapes.page(_NAME, "The page you are looking for has been removed", _GONE_BECAUSE)
        return {
            ("govuk", path): Page(gone.encode(), status=410),
            ("govuk", f"/api/content{path}"): _json(_gone(path, item, first_day)),
        }
    found: Pages = {
        ("govuk", path): text_page(_web_page(item, day)),
        ("govuk", f"/api/content{path}"): _json(content(item, day, first_day)),
    }
    if path != item.path:
        found["govuk", item.path] = redirect(f"http://govuk.sample{path}")
        found["govuk", f"/api/content{item.path}"] = _json(_redirected(item, first_day))
    for attachment in item.attachments:
        found |= _attachment_pages(item, attachment, day, first_day)
    return found


def _attachment_pages(item: GovukItem, attachment: Attachment, day: int, first_day: date) -> Pages:
    if not attachment.file:
        path = _html_path(item, attachment, day)
        main = f"<p>{escape(item.description)}</p><p>Partners should agree who leads and by when.</p>"
        return {
            ("govuk", path): text_page(shapes.page(_NAME, attachment.title, main)),
            ("govuk", f"/api/content{path}"): _json(_html_publication(item, attachment, main, day, first_day)),
        }
    if day < attachment.since:
        return {}
    path = f"/media/{attachment.media}/{attachment.name}"
    if day >= attachment.until:
        newer = next(
            other for other in item.attachments if other.file == attachment.file and other.since <= day < other.until
        )
        return {("assets", path): redirect(f"http://assets.sample/media/{newer.media}/{newer.name}")}
    made = document(attachment.file, day, first_day)
    up = (("Link", f'<http://govuk.sample{item.path_at(day)}>; rel="up"'),)
    return {("assets", path): Page(made.body, made.content_type, headers=up)}


def _html_path(item: GovukItem, attachment: Attachment, day: int) -> str:
    return f"{item.path_at(day)}/{attachment.name}"


def content(item: GovukItem, day: int, first_day: date) -> Content:
    """The Content API's answer for a published item (fields as in the govuk-interfaces dossier)."""
    changes = [(days, note) for days, note in item.changes if days <= day]
    history = [{"public_timestamp": _stamp(first_day, item.published, ".000+00:00"), "note": "First published."}]
    history += [{"public_timestamp": _stamp(first_day, days, ".000+00:00"), "note": note} for days, note in changes]
    withdrawn = day >= item.withdrawn
    notice = {"explanation": "<p>This analysis is out of date.</p>", "withdrawn_at": _stamp(first_day, item.withdrawn)}
    return _frame(item, day, first_day) | {
        "withdrawn_notice": notice if withdrawn else {},
        "details": {
            "body": f'<div class="govspeak"><p>{escape(item.description)}</p></div>',
            "attachments": attachments(item, day, first_day),
            "change_history": history,
        },
        "links": _links(item),
    }


def _frame(item: GovukItem, day: int, first_day: date) -> Content:
    return {
        "base_path": item.path_at(day),
        "content_id": item.content_id,
        "locale": "en",
        "schema_name": "news_article" if item.document_type == "press_release" else "publication",
        "document_type": item.document_type,
        "title": item.title,
        "description": item.description,
        "first_published_at": _stamp(first_day, item.published, "+00:00"),
        "public_updated_at": _stamp(first_day, updated(item, day)),
        "updated_at": _stamp(first_day, presented(item, day), ".120Z"),
    }


def updated(item: GovukItem, day: int) -> int:
    """The day of the last major change, which is what the search list is ordered by."""
    return max([item.published, *(days for days, _ in item.changes if days <= day)])


def presented(item: GovukItem, day: int) -> int:
    """The day on which the item was last sent out again, for whatever reason."""
    days = [
        0,
        item.withdrawn,
        item.renamed,
        *(one.since for one in item.attachments),
        *(days for days, _ in item.changes),
    ]
    return max(when for when in days if when <= day)


def attachments(item: GovukItem, day: int, first_day: date) -> list[Content]:
    """`details.attachments` of that day: files on the assets host, web pages by their path."""
    found: list[Content] = []
    for number, attachment in enumerate(item.attachments, start=1001):
        if not attachment.since <= day < attachment.until:
            continue
        base = {"id": str(number), "title": attachment.title}
        if not attachment.file:
            found.append(base | {"attachment_type": "html", "url": _html_path(item, attachment, day)})
            continue
        made = document(attachment.file, day, first_day)
        url = f"http://assets.sample/media/{attachment.media}/{attachment.name}"
        found.append(
            base
            | {"attachment_type": "file", "url": url, "content_type": made.content_type, "filename": attachment.name}
            | {"file_size": len(made.body), "accessible": False, "isbn": "", "assets": []}
        )
    return found


def _links(item: GovukItem) -> Content:
    organisation = {"content_id": _ORGANISATION_ID, "title": _NAME, "base_path": ORGANISATION, "locale": "en"}
    links: Content = {"organisations": [organisation], "primary_publishing_organisation": [organisation]}
    if item.collection:
        links["document_collections"] = [{"title": "National reviews", "base_path": COLLECTION, "locale": "en"}]
    return links


def _html_publication(item: GovukItem, attachment: Attachment, body: str, day: int, first_day: date) -> Content:
    path = _html_path(item, attachment, day)
    parent = {"content_id": item.content_id, "title": item.title, "base_path": item.path_at(day), "locale": "en"}
    return _frame(item, day, first_day) | {
        "base_path": path,
        "content_id": str(uuid5(NAMESPACE_URL, f"http://govuk.sample{path}")),
        "schema_name": "html_publication",
        "document_type": "html_publication",
        "title": attachment.title,
        "details": {"body": f'<div class="govspeak">{body}</div>'},
        "links": _links(item) | {"parent": [parent]},
    }


def _redirected(item: GovukItem, first_day: date) -> Content:
    rule = {"path": item.path, "type": "exact", "destination": item.new_path}
    stamp = _stamp(first_day, item.renamed)
    return {
        "base_path": item.path,
        "schema_name": "redirect",
        "document_type": "redirect",
        "public_updated_at": stamp,
        "locale": "en",
        "redirects": [rule],
    }


def _gone(path: str, item: GovukItem, first_day: date) -> Content:
    stamp, details = _stamp(first_day, item.gone), {"explanation": _GONE_BECAUSE, "alternative_path": ""}
    return {
        "base_path": path,
        "schema_name": "gone",
        "document_type": "gone",
        "title": None,
        "public_updated_at": stamp,
        "locale": "en",
        "details": details,
    }


def _collection(listed: Sequence[GovukItem], day: int, first_day: date) -> Content:
    members = [item for item in listed if item.collection]
    documents = [
        {"content_id": item.content_id, "title": item.title, "base_path": item.path_at(day), "locale": "en"}
        for item in members
    ]
    return {
        "base_path": COLLECTION,
        "content_id": str(uuid5(NAMESPACE_URL, f"http://govuk.sample{COLLECTION}")),
        "locale": "en",
        "schema_name": "document_collection",
        "document_type": "document_collection",
        "title": "National reviews",
        "first_published_at": _stamp(first_day, -240),
        "public_updated_at": _stamp(first_day, -240),
        "details": {
            "collection_groups": [{"title": "Reviews", "body": "", "documents": [item.content_id for item in members]}]
        },
        "links": {"documents": documents},
    }


def _organisation_record() -> Content:
    return {
        "title": _NAME,
        "format": "Advisory non-departmental public body",
        "web_url": f"http://govuk.sample{ORGANISATION}",
        "details": {"slug": SLUG, "content_id": _ORGANISATION_ID, "govuk_status": "live", "govuk_closed_status": None},
        "parent_organisations": [],
        "superseding_organisations": [],
    }


def _organisation_content() -> Content:
    organisation = {"base_path": ORGANISATION, "content_id": _ORGANISATION_ID, "locale": "en", "title": _NAME}
    return organisation | {"schema_name": "organisation", "document_type": "organisation", "details": {}, "links": {}}


def _organisation_page(listed: Sequence[GovukItem], day: int) -> str:
    return shapes.page(
        "GOV.UK", _NAME, shapes.rows([f'<a href="{item.path_at(day)}">{escape(item.title)}</a>' for item in listed])
    )


def _web_page(item: GovukItem, day: int) -> str:
    links = [
        f'<a href="http://assets.sample/media/{one.media}/{one.name}">{escape(one.title)}</a>'
        if one.file
        else f'<a href="{_html_path(item, one, day)}">{escape(one.title)}</a>'
        for one in item.attachments
        if one.since <= day < one.until
    ]
    notice = "<p>This publication was withdrawn.</p>" if day >= item.withdrawn else ""
    return shapes.page("GOV.UK", item.title, f"{notice}<p>{escape(item.description)}</p>{shapes.rows(links)}")


def _feed(listed: Sequence[GovukItem], day: int, first_day: date) -> Page:
    newest = sorted(listed, key=lambda item: updated(item, day), reverse=True)[:20]
    entries = "".join(_entry(item, day, first_day) for item in newest)
    head = (
        f'<id>tag:govuk.sample,2005:{ORGANISATION}</id><link rel="self" href="http://govuk.sample{ORGANISATION}.atom"/>'
    )
    stamp = _stamp(first_day, updated(newest[0], day))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-GB" xmlns="http://www.w3.org/2005/Atom">'
        f"{head}<title>{_NAME} - Activity</title><updated>{stamp}</updated>{entries}</feed>\n"
    )
    return text_page(text, "application/atom+xml; charset=utf-8")


def _entry(item: GovukItem, day: int, first_day: date) -> str:
    address, stamp = f"http://govuk.sample{item.path_at(day)}", _stamp(first_day, updated(item, day))
    label = item.document_type.replace("_", " ").capitalize()
    return (
        f"<entry><id>{address}#{stamp}</id><updated>{stamp}</updated>"
        f'<link rel="alternate" type="text/html" href="{address}"/><title>{label}: {escape(item.title)}</title>'
        f"<summary>{escape(item.description)}</summary></entry>\n"
    )


def _stamp(first_day: date, days: int, ending: str = "Z") -> str:
    return f"{moment(first_day, days):%Y-%m-%dT%H:%M:%S}{ending}"


def _json(value: Content) -> Page:
    return text_page(json.dumps(value), JSON)
