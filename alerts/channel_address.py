"""Addresses of channels: what an administrator pastes, understood, checked, and as it may be shown."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

MOST_RECIPIENTS = 500
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
WORKFLOW_PATH = re.compile(
    r"(?P<direct>/powerautomate/automations/direct(?:/cu/\d+)?)?/workflows/[A-Za-z0-9_-]+"
    r"/triggers/manual/paths/invoke/?"
)
SERVICES = {
    "slack": "Slack",
    "discord": "Discord",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "gotify": "Gotify",
    "gotifys": "Gotify",
    "tgram": "Telegram",
    "gchat": "Google Chat",
    "webex": "Webex",
    "zulip": "Zulip",
    "nctalks": "Nextcloud Talk",
    "json": "JSON webhook",
    "jsons": "JSON webhook",
}
"""Apprise's schemes that are allowed. Others write files, speak on buses of the machine, or cost money a message."""
OWN_HOSTS = (
    "mmost",
    "mmosts",
    "rocket",
    "rockets",
    "matrix",
    "matrixs",
    "gotify",
    "gotifys",
    "nctalks",
    "json",
    "jsons",
)
"""Schemes whose address begins with a host; in the others the first part is a secret, or may be one."""
TEAMS = ("https", "workflows", "workflow")
OLD_TEAMS = (
    "Microsoft has ended this kind of Teams address (Office 365 connectors). In Teams, open the channel's menu, choose "
    "Workflows, then 'Send webhook alerts to a channel', and paste the address that it gives you here."
)


class AddressError(ValueError):
    """The address cannot be used; the text says why and what to do. It never repeats the address."""


@dataclass(frozen=True)
class ChannelAddress:
    """A checked address. `kind` is a module of alerts.notifiers; `value` is secret; `shown` is not."""

    kind: str
    value: str
    shown: str
    recipients: tuple[str, ...] = ()
    """Mail addresses, for email; else empty."""


def parse(text: str) -> ChannelAddress:
    """What the address is. Raises AddressError."""
    text = text.strip()
    if not text or len(text) > 20_000 or re.search(r"[\x00-\x1f\x7f]", text):
        raise AddressError("give the channel's address on one line")
    parts = _parts(text)
    scheme = parts.scheme.lower()
    if scheme == "mailto":
        return _email(text)
    if scheme in TEAMS:
        return _teams(text, parts)
    if scheme in ("msteams", "http"):
        raise AddressError(OLD_TEAMS if scheme == "msteams" else "a web address must begin with https://")
    if scheme not in SERVICES:
        known = ", ".join(sorted(SERVICES))
        raise AddressError(f"this kind of address is not used here; use mailto:, a Teams workflow, or one of: {known}")
    return ChannelAddress("service", text, _masked_service(scheme, parts))


def _parts(text: str) -> SplitResult:
    """Raises AddressError. Where no host is named, what looks like a port is a part of the secret (Telegram)."""
    try:
        parts = urlsplit(text)
        if parts.scheme.lower() in (*OWN_HOSTS, *TEAMS):
            parts.port  # noqa: B018 - raises ValueError for what is no port
    except ValueError as error:
        raise AddressError("this is no address: check that it was copied whole") from error
    return parts


def _email(text: str) -> ChannelAddress:
    if text[len("mailto:") :].startswith("//"):
        raise AddressError("write mailto:a@example.org,b@example.org: the mail server is set by REVIEWWATCH_SMTP_URL")
    names = [unquote(name).strip() for name in text[len("mailto:") :].split(",")]
    recipients = tuple(dict.fromkeys(_mailbox(name) for name in names if name))
    if not recipients:
        raise AddressError("write mailto: and at least one mail address")
    if len(recipients) > MOST_RECIPIENTS:
        raise AddressError(f"a channel has at most {MOST_RECIPIENTS} mail addresses: make two channels of it")
    first = ", ".join(masked_mailbox(one) for one in recipients[:3])
    shown = first + (f" and {len(recipients) - 3} more" if len(recipients) > 3 else "")
    return ChannelAddress("email", "mailto:" + ",".join(recipients), shown, recipients)


def _mailbox(text: str) -> str:
    """The address with its domain in lower case."""
    if not MAILBOX.fullmatch(text):
        raise AddressError(f"{text[:80]!r} is no mail address")
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def masked_mailbox(address: str) -> str:
    """'l…@example.org': enough to know it again."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _teams(text: str, parts: SplitResult) -> ChannelAddress:
    host = (parts.hostname or "").lower()
    if host.endswith((".webhook.office.com", "outlook.office.com", "outlook.office365.com")):
        raise AddressError(OLD_TEAMS)
    query = parse_qs(parts.query)
    if parts.scheme == "https":
        if not WORKFLOW_PATH.fullmatch(parts.path) or not query.get("sig"):
            raise AddressError(
                "this web address is not that of a Teams workflow: it should end in /triggers/manual/paths/invoke "
                "followed by ?api-version=... and sig=...; check that it was copied whole"
            )
    elif len([step for step in parts.path.split("/") if step]) + ("sig" in query) + ("id" in query) < 2:
        raise AddressError("a workflows:// address is workflows://HOST/WORKFLOW/SIGNATURE")
    if not host or parts.username:
        raise AddressError("this Teams address names no host: check that it was copied whole")
    return ChannelAddress("teams", text, f"Teams workflow at {host}")


def names_its_host(url: str) -> bool:
    """Whether the service's address begins with its host, so that the host may be looked up and shown."""
    return url.partition(":")[0].lower() in OWN_HOSTS


def _masked_service(scheme: str, parts: SplitResult) -> str:
    """The service, and its host where that is not a part of the secret."""
    named = SERVICES[scheme]
    return f"{named} at {parts.hostname}" if scheme in OWN_HOSTS and parts.hostname else named
