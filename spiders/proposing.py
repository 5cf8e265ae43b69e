"""Which kind of source an address most likely is: decided from the address and what it answers. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from spiders.parsing.walk import parsed

HOSTS = {
    "www.gov.uk": ("govuk", "the address is a page or organisation on GOV.UK"),
    "childsafeguarding.independent-panel.uk": ("panel", "the address is the Panel's own site"),
    "reports.ofsted.gov.uk": ("ofsted", "the address is Ofsted's reports site"),
    "nspcc.org.uk": ("nspcc", "the address is the NSPCC's"),
    "campaign-archive.com": ("newsletter", "the address is an archive of newsletters"),
}
"""Sites that have a kind of their own, with their sub-domains."""
WORDPRESS = "https://api.w.org/"
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


@dataclass(frozen=True)
class Proposal:
    """A kind and the address that it wants, with the reason in words."""

    kind: str
    url: str
    reason: str


def propose(url: str, *, media_type: str = "", body: str = "") -> Proposal:
    """The kind for an address that answered with this body; `listing` where nothing says otherwise."""
    return _by_address(url) or _by_type(url, media_type, body) or _by_page(url, body)


def _by_address(url: str) -> Proposal | None:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host == "www.gov.uk" and not parts.path.startswith("/government/"):
        return None
    for known, (kind, reason) in HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return Proposal(kind, url, reason)
    return None


def _by_type(url: str, media_type: str, body: str) -> Proposal | None:
    begins = body.lstrip("\ufeff \r\n\t")[:2000]
    if media_type in FEED_TYPES or re.search(r"<(rss|feed|rdf:RDF)[\s>]", begins):
        return Proposal("feed", url, "what it answers is a feed")
    if re.search(r"<(urlset|sitemapindex)[\s>]", begins):
        return Proposal("sitemap", url, "what it answers is a sitemap")
    return None


def _by_page(url: str, body: str) -> Proposal:
    links = list(parsed(body).iterdescendants("link"))
    if any(WORDPRESS in (link.get("rel") or "").split() for link in links):
        return Proposal("wordpress", url, "the page names a WordPress API")
    reason = "it is a page: what looks like a list of reviews in it is read"
    feeds = (link.get("href") for link in links if link.get("type") in FEED_TYPES)
    feed = next((urljoin(url, href) for href in feeds if href is not None), "")
    return Proposal("listing", url, f"{reason}; there is a feed too, at {feed}" if feed else reason)


def candidates_in(url: str, body: str) -> tuple[str, ...]:
    """The addresses of feeds and of a WordPress interface that a page names in its head."""
    if not body.strip():
        return ()
    links = Selector(text=body, type="html").xpath("//link[@href]")
    wanted = [one for one in links if one.attrib.get("type") in FEED_TYPES or one.attrib.get("rel") == WORDPRESS]
    return tuple(dict.fromkeys(urljoin(url, one.attrib["href"]) for one in wanted))
