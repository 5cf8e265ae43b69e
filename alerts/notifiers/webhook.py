"""What Teams and the other services share: guarded hosts, and Apprise's answers as DeliveryError."""

import ipaddress
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import apprise
from urllib3.util import connection

from alerts.notifiers.base import DeliveryError

GONE = (404, 410)
FORBIDDEN = (401, 403)
REFUSED = (400, 401, 403, 405, 413)
TOO_MANY = 429
OURSELVES = apprise.AppriseAsset(app_id="reviewwatch", app_desc="reviewwatch", app_url="")
"""Who speaks, for services that show it: else it would be Apprise, with its pictures."""
_GUARDED: ContextVar[str] = ContextVar("guarded", default="")
"""The host that may not be on a private network; empty: none is watched."""
_connect = connection.create_connection
CODE = re.compile(r"\berror=(\d{3})\b|\b(?:HTTP|status|code)\W{0,3}(\d{3})\b", re.IGNORECASE)


def check_host(url: str, *, allow_private: bool) -> None:
    """Raises DeliveryError when the address leads into a private network and settings do not allow that (rule 11)."""
    if allow_private:
        return
    host = urlsplit(url).hostname or ""
    if not all(_is_public(address) for address in _addresses(host)):
        raise DeliveryError(
            f"{host} is on a private network; allow it with REVIEWWATCH_ALLOW_PRIVATE_ADDRESSES=true", permanent=True
        )


@contextmanager
def guarded(url: str, *, allow_private: bool) -> Iterator[None]:
    """Within it nothing is sent to the address's host on a private network, whatever its name stood for before.

    A name may stand for a public address when it is checked and for a private one when it is called: so the check is
    made again on the connection itself, before anything is sent over it. Raises DeliveryError as `check_host` does.
    """
    check_host(url, allow_private=allow_private)
    token = _GUARDED.set("" if allow_private else urlsplit(url).hostname or "")
    try:
        yield
    finally:
        _GUARDED.reset(token)


def _connected(address: tuple[str, int], *args: Any, **more: Any) -> socket.socket:
    """What urllib3 calls for each connection that Apprise makes. To a proxy of the house it may be private."""
    made = _connect(address, *args, **more)
    if address[0] == _GUARDED.get() and not _is_public(str(made.getpeername()[0])):
        made.close()
        raise OSError(f"{address[0]} is on a private network")
    return made


connection.create_connection = _connected


def _is_public(text: str) -> bool:
    found = ipaddress.ip_address(text.partition("%")[0])
    address = getattr(found, "ipv4_mapped", None) or found
    return address.is_global and not address.is_multicast


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # a service without a host of its own, or one that cannot be found: sending will say so
    return [str(one[4][0]) for one in found]


def plugin(url: str) -> apprise.NotifyBase:
    """Apprise's object for the address. Raises DeliveryError when it cannot be used."""
    made = apprise.Apprise.instantiate(url, asset=OURSELVES, suppress_exceptions=True)
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
