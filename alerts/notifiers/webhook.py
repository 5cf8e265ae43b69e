"""What Teams and the other services share: guarded hosts, and Apprise's answers as DeliveryError."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

import apprise

from alerts.notifiers.base import DeliveryError

GONE = (404, 410)
FORBIDDEN = (401, 403)
REFUSED = (400, 401, 403, 405, 413)
TOO_MANY = 429
CODE = re.compile(r"\berror=(\d{3})\b|\b(?:HTTP|status|code)\W{0,3}(\d{3})\b", re.IGNORECASE)


def check_host(url: str, *, allow_private: bool) -> None:
    """Raises DeliveryError when the address leads into a private network and settings do not allow that (rule 11)."""
    if allow_private:
        return
    host = urlsplit(url).hostname or ""
    for address in _addresses(host):
        if not address.is_global or address.is_multicast:
            raise DeliveryError(
                f"{host} is on a private network; allow it with REVIEWWATCH_ALLOW_PRIVATE_ADDRESSES=true",
                permanent=True,
            )


def _addresses(host: str) -> Iterable[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # a service without a host of its own, or one that cannot be found: sending will say so
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    return [getattr(address, "ipv4_mapped", None) or address for address in addresses]


def plugin(url: str) -> apprise.NotifyBase:
    """Apprise's object for the address. Raises DeliveryError when it cannot be used."""
    made = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if made is None:
        raise DeliveryError("the channel's address is not complete: add the channel again", ends_channel=True)
    return made


def send(target: apprise.NotifyBase, *, title: str, body: str, body_format: str) -> None:
    """One message, sent once. Raises DeliveryError with what the service answered, as far as Apprise tells it."""
    sender = apprise.Apprise()
    sender.add(target)
    with sender.notify(title=title, body=body, body_format=body_format, interpret_escapes=False) as result:
        if result:
            return
        said = [entry.message for entry in result.logs()]
    raise answered(said)


def answered(said: Iterable[str]) -> DeliveryError:
    """The error for what Apprise logged: only the status code is taken from it, its text may hold secrets."""
    codes = [int(one or other) for line in said for one, other in CODE.findall(line)]
    code = codes[-1] if codes else 0
    if code in GONE:
        return DeliveryError(f"the service says that this address is gone ({code})", ends_channel=True)
    if code in REFUSED:
        return DeliveryError(
            f"the service refuses the message ({code})", ends_channel=code in FORBIDDEN, permanent=True
        )
    if code == TOO_MANY:
        return DeliveryError("the service asks us to wait (429)", retry_after=timedelta(minutes=5))
    if code:
        return DeliveryError(f"the service answered with an error ({code})")
    return DeliveryError("the service could not be reached, or did not answer in time")
