"""Which addresses may be asked at all (rule 11): public ones, over http or https, on the usual ports."""

import ipaddress
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from spiders.engine.problems import PageFailed
from store.reading import IncidentKind, Problem

PORTS = {80, 443, 8080, 8443}

# a cloud tells its machines their secrets here, although these do not look link-local
CLOUD_SERVICES = {ipaddress.ip_address("168.63.129.16"), ipaddress.ip_address("100.100.100.200")}


def is_forbidden(address: str, *, private: bool) -> bool:
    """Whether an IP address may not be asked. Raises ValueError for a name.

    `private`: private networks and this machine may be asked; link-local addresses and cloud services never.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return not private
    never = ip.is_link_local or ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip in CLOUD_SERVICES
    return never or not (private or ip.is_global)


def refusal(url: str, *, private: bool) -> str:
    """Why `url` may not be asked for, in words; empty when it may. A name is judged again once it is resolved."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"it is no valid address ({error})"
    if parts.scheme not in {"http", "https"} or not host:
        return "only http and https addresses are read"
    if parts.username is not None:
        return "it carries a user's name"
    if port is not None and port not in PORTS and not private:
        return f"port {port} is none that web sites use"
    try:
        return "it is on a private network" if is_forbidden(host, private=private) else ""
    except ValueError:
        return ""


class RefusedAddress(DNSLookupError):
    """A host name leads to a private network. A DNSLookupError, because Twisted logs any other as our fault."""


class GuardedResolver(CachingThreadedResolver):
    """Refuses names that lead to a private network. The address that is checked here is the one connected to."""

    private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver: Self = super().from_crawler(crawler, reactor)
        resolver.private = crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if is_forbidden(address, private=self.private):
            REFUSED[name] = address
            raise RefusedAddress(f"{name} is {address}")
        return address


# names that were refused in this process; Twisted keeps only "no results" of the resolver's reason
REFUSED: dict[str, str] = {}


class AddressGuard:
    """Refuses requests to addresses that we may not ask; redirects pass here again."""

    def __init__(self, *, private: bool) -> None:
        self.private = private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"))

    def process_request(self, request: Request) -> None:
        if reason := refusal(request.url, private=self.private):
            raise PageFailed(refused(request.url, reason))

    def process_exception(self, request: Request, exception: Exception) -> None:
        address = REFUSED.get(urlsplit(request.url).hostname or "")
        if isinstance(exception, CannotResolveHostError) and address:
            raise PageFailed(refused(request.url, f"its name leads to a private network ({address})"))


def refused(url: str, reason: str) -> Problem:
    return Problem(kind=IncidentKind.UNREACHABLE, evidence=f"{url} was not asked for: {reason}.")
