"""Signed links that work without signing in: unsubscribe, confirm a subscription."""

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

CONFIRM_SECONDS = 7 * 24 * 3600


class LinkError(ValueError):
    """The link is not ours, or too old."""


def unsubscribe_token(key: str, channel: int, subscription: int, address: str) -> str:
    return str(URLSafeSerializer(_keys(key), salt="unsubscribe").dumps([channel, subscription, address]))


def read_unsubscribe(key: str, token: str) -> tuple[int, int, str]:
    """Channel, subscription and mail address of the link; it is valid for ever. Raises LinkError."""
    try:
        channel, subscription, address = URLSafeSerializer(_keys(key), salt="unsubscribe").loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkError("this link is not complete: copy it whole from the mail") from error
    return int(channel), int(subscription), str(address)


def confirm_token(key: str, subscription: int) -> str:
    return str(URLSafeTimedSerializer(_keys(key), salt="confirm").dumps(subscription))


def read_confirm(key: str, token: str) -> int:
    """The subscription of a link that is at most seven days old. Raises LinkError."""
    try:
        return int(URLSafeTimedSerializer(_keys(key), salt="confirm").loads(token, max_age=CONFIRM_SECONDS))
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkError("this link is not complete, or older than seven days") from error


def _keys(key: str) -> list[str]:
    """The settings' keys, oldest first: the last signs."""
    return [one.strip() for one in reversed(key.split(",")) if one.strip()]
