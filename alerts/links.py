"""Signed links that work without signing in: unsubscribe, confirm a subscription."""

from datetime import datetime, timedelta
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

CONFIRM_WITHIN = timedelta(days=7)


class LinkError(ValueError):
    """The link is not ours, or too old."""


def unsubscribe_token(key: str, channel: int, subscription: int, address: str) -> str:
    return str(_signer(key, "unsubscribe").dumps([channel, subscription, address]))


def read_unsubscribe(key: str, token: str) -> tuple[int, int, str]:
    """Channel, subscription and mail address of the link; it is valid for ever. Raises LinkError."""
    try:
        channel, subscription, address = _signer(key, "unsubscribe").loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkError("this link is not complete: copy it whole from the mail") from error
    return int(channel), int(subscription), str(address)


def confirm_token(key: str, subscription: int, *, now: datetime) -> str:
    ends = int((now + CONFIRM_WITHIN).timestamp())
    return str(_signer(key, "confirm").dumps([subscription, ends]))


def read_confirm(key: str, token: str, *, now: datetime) -> int:
    """The subscription of a link that is at most seven days old. Raises LinkError."""
    try:
        subscription, ends = map(int, _signer(key, "confirm").loads(token))
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkError("this link is not complete: copy it whole from the mail") from error
    if now.timestamp() > ends:
        raise LinkError("this link is older than seven days: ask for the digest anew")
    return subscription


@lru_cache(maxsize=8)
def _signer(key: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(_keys(key), salt=purpose)


def _keys(key: str) -> list[str]:
    """The settings' keys, oldest first: the last signs."""
    return [one.strip() for one in reversed(key.split(",")) if one.strip()]
