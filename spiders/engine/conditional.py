"""Asking for a watched page only if it has changed, and what to note of the answer. Pure.

Own validators instead of Scrapy's HttpCache: that never asks the server again for a page marked `no-cache`, and
guesses the age of others.
"""

from hashlib import sha256

from scrapy.http import Response, TextResponse

from spiders.engine.problems import header
from store.reading import IncidentKind, KnownPage, Problem, SeenPage

LONGEST_TEXT = 1_000_000
"""Characters of a page's text that are kept for an administrator to look at."""


def validators(etag: str, last_modified: str) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def seen_page(
    url: str, response: Response, known: KnownPage | None, *, listing: bool, final: str, keep: bool
) -> SeenPage:
    """What to note of an answer. `keep`: its text is kept when it is new (a list, a feed), for a rewind."""
    as_before = response.status == 304
    digest = "" if as_before else sha256(response.body).hexdigest()
    is_new = not as_before and not (known and known.sha256 == digest)
    keep = keep and is_new and isinstance(response, TextResponse)
    return SeenPage(
        url=url,
        status=response.status,
        final_url=final,
        etag=header(response, "ETag") or (known.etag if as_before and known else ""),
        last_modified=header(response, "Last-Modified") or (known.last_modified if as_before and known else ""),
        sha256=digest,
        listing=listing,
        body=response.text[:LONGEST_TEXT] if keep and isinstance(response, TextResponse) else "",
    )


def not_asked(url: str) -> Problem:
    """The problem of an answer "as before" to a question that was not conditional."""
    words = f"{url} answered 304 (as before), though we hold no earlier version."
    return Problem(kind=IncidentKind.SERVER_ERROR, evidence=words)
