"""Lists of GOV.UK: an organisation's search results and a document collection, both read as sets."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from spiders.parsing.addresses import absolute, same_host
from spiders.parsing.govuk import ContentItem, Loose, item_key
from spiders.parsing.text import clean
from store.reading import IncidentKind, LeftOut, Problem

ORGANISATION = re.compile(r"^(?:/api)?/government/organisations/([\w-]+)")
MOST_RESULTS = 1500
"""More than this the Search API gives in no answer."""
FIELDS = (
    "title",
    "link",
    "description",
    "content_id",
    "public_timestamp",
    "content_store_document_type",
    "organisations",
)


class Organisation(Loose):
    slug: str = ""


class Result(Loose):
    title: str = ""
    link: str = ""
    description: str = ""
    content_id: str = ""
    public_timestamp: str = ""
    content_store_document_type: str = ""
    organisations: tuple[Organisation, ...] = ()


class SearchAnswer(Loose):
    results: tuple[Result, ...]
    total: int = 0


class Listed(NamedTuple):
    """One line of a list. `revision` is the list's mark of change; `reason` why it is nothing for us."""

    key: str
    url: str
    title: str
    description: str = ""
    document_type: str = ""
    revision: str = ""
    reason: str = ""


def organisation_in(url: str) -> str:
    """The slug of the organisation whose page this is; empty for any other page."""
    found = ORGANISATION.match(urlsplit(url).path)
    return found[1] if found else ""


def search_url(url: str, organisation: str, query: str = "", document_types: tuple[str, ...] = ()) -> str:
    """The question for an organisation's whole list, on the scheme and host of `url`.

    An unknown parameter or field is an error there (422), and without an order the list is by popularity.
    """
    parameters = [
        *([("q", query)] if query else []),
        ("filter_organisations", organisation),
        *(("filter_content_store_document_type", name) for name in document_types),
        ("order", "-public_timestamp"),
        ("count", str(MOST_RESULTS)),
        ("fields", ",".join(FIELDS)),
    ]
    return urljoin(url, "/api/search.json?" + urlencode(parameters, safe=","))


def search_problem(answer: SearchAnswer, organisation: str, url: str) -> Problem | None:
    """Why a search answer is not the organisation's whole list; None when it is (or is empty)."""
    if answer.total > MOST_RESULTS:
        words = f"{url}: {answer.total} results, of which one answer holds {MOST_RESULTS}. Narrow the source's options."
        return Problem(kind=IncidentKind.LARGE, evidence=words)
    if answer.total and len(answer.results) < answer.total:
        words = f"{url}: {answer.total} results are said to be there, {len(answer.results)} came."
        return Problem(kind=IncidentKind.STRUCTURE, evidence=words)
    for result in answer.results:
        slugs = {one.slug for one in result.organisations}
        if slugs and organisation not in slugs:
            words = f"{url}: '{result.title}' was among the results, which belongs to {', '.join(sorted(slugs))}."
            return Problem(kind=IncidentKind.STRUCTURE, evidence=words)
    return None


def searched(answer: SearchAnswer, site: str) -> list[Listed]:
    """The lines of a search answer, in no order that means anything."""
    return [_searched(result, site) for result in answer.results if result.link]


def _searched(result: Result, site: str) -> Listed:
    url = absolute(site, result.link)
    return Listed(
        key=result.content_id,
        url=url,
        title=clean(result.title),
        description=clean(result.description),
        document_type=result.content_store_document_type,
        revision=result.public_timestamp,
        reason="" if same_host(url or site, site) else "a page of another site",
    )


def collected(item: ContentItem, site: str) -> list[Listed]:
    """The pages of a document collection."""
    return [
        Listed(
            key=item_key(link.content_id, link.locale) if link.content_id else "",
            url=urljoin(site, link.base_path),
            title=clean(link.title),
            description=clean(link.description),
            document_type=link.document_type,
            revision=link.public_updated_at,
        )
        for link in item.links.documents
        if link.base_path
    ]


def missing_from_collection(item: ContentItem) -> Iterator[LeftOut]:
    """What a collection's groups name, though it is not among the collection's pages."""
    present = {link.content_id for link in item.links.documents}
    named = dict.fromkeys(content_id for group in item.details.collection_groups for content_id in group.documents)
    for content_id in named:
        if content_id not in present:
            reason = "named by the collection, but not among its pages: withdrawn or unpublished"
            yield LeftOut(text=content_id, reason=reason)


def organisation_problem(status: int, body: str, organisation: str, url: str) -> Problem:
    """What an empty list of an organisation means, by what the site says of the organisation itself."""
    if status == 404:
        words = f"{url} answered 404: there is no organisation '{organisation}' any more. It was renamed or closed."
        return Problem(kind=IncidentKind.MOVED, evidence=words)
    status_there, successors = _standing(body)
    if successors or status_there not in ("", "live"):
        named = f"; its successors: {', '.join(successors)}" if successors else ""
        words = f"{url}: the organisation '{organisation}' is '{status_there or 'unknown'}'{named}. Its list is empty."
        return Problem(kind=IncidentKind.MOVED, evidence=words)
    words = f"{url}: the organisation '{organisation}' exists, but its list of pages is empty. Nothing was changed."
    return Problem(kind=IncidentKind.EMPTY, evidence=words)


def _standing(body: str) -> tuple[str, list[str]]:
    try:
        organisation: Any = json.loads(body)
        details, successors = organisation["details"], organisation.get("superseding_organisations") or []
        closed = details.get("govuk_closed_status")
        return str(closed or details.get("govuk_status") or ""), [str(one["web_url"]) for one in successors]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", []
