"""Reports of mails that came back, taken from a mailbox (IMAP, RFC 3501) over an encrypted connection.

Only reports (`multipart/report`) that nobody has read are looked at; other mail in the box stays as it is.
"""

import imaplib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from alerts.mail_server import encryption

TIMEOUT = 20.0
PORT = 993
AT_ONCE = 200
WANTED = ("UNSEEN", "UNDELETED", "HEADER", "Content-Type", '"multipart/report"')


class MailboxError(RuntimeError):
    """The mailbox cannot be read; the text is for an administrator and holds no secret."""


@dataclass(frozen=True)
class MailboxAddress:
    host: str
    port: int
    user: str
    password: str
    folder: str


def address_in(smtp_url: str) -> MailboxAddress | None:
    """`bounces=imaps://user:password@host[:port]/FOLDER` of SMTP_URL's query; None when there is none.

    Raises MailboxError when it cannot be used.
    """
    try:
        url = parse_qs(urlsplit(smtp_url).query).get("bounces", [""])[-1]
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError:
        url, parts, port = "?", urlsplit(""), 0
    if not url:
        return None
    if parts.scheme != "imaps" or not parts.hostname or not parts.username or not parts.password:
        raise MailboxError("the mailbox for bounces cannot be used: write bounces=imaps://user:password@host/INBOX")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return MailboxAddress(parts.hostname, port, unquote(parts.username), unquote(parts.password), folder)


def take_reports(address: MailboxAddress, largest: int, take: Callable[[bytes], bool]) -> int:
    """Hand each unread report of at most `largest` bytes to `take`; how many it took.

    Each is marked as read after `take` has returned, and nothing is deleted. Raises MailboxError.
    """
    try:
        with _opened(address) as box:
            _, found = box.uid("SEARCH", *WANTED)
            return sum(_take(box, number.decode(), largest, take) for number in found[0].split()[:AT_ONCE])
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"the mailbox for bounces could not be read: {_short(error)}") from error


def _opened(address: MailboxAddress) -> imaplib.IMAP4_SSL:
    box = imaplib.IMAP4_SSL(address.host, address.port, ssl_context=encryption(), timeout=TIMEOUT)
    try:
        box.login(address.user, address.password)
        answer, said = box.select(f'"{address.folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"no folder {address.folder}: {said}")
    except BaseException:
        box.shutdown()
        raise
    return box


def _take(box: imaplib.IMAP4_SSL, number: str, largest: int, take: Callable[[bytes], bool]) -> bool:
    _, found = box.uid("FETCH", number, f"(BODY.PEEK[]<0.{largest + 1}>)")
    report = next((part[1] for part in found if isinstance(part, tuple)), b"")
    taken = 0 < len(report) <= largest and take(report)
    box.uid("STORE", number, "+FLAGS", r"(\Seen)")
    return taken


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
