"""The connection to the mail server of SMTP_URL: made, signed in to, used for many mails, made anew when it broke."""

import smtplib
import ssl
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from alerts.notifiers.base import DeliveryError
from config.settings import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

TIMEOUT = 20.0
GO_ON = 354
HERE = ("localhost", "127.0.0.1", "::1")


class _Plain(smtplib.SMTP):
    """smtplib's, but for the last step: it looks for lines that begin with a dot by a pattern, 0.5 ms for 50 KB."""

    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        """Hand over a whole mail with CRLF line ends, the last line among them (RFC 5321, 4.5.2)."""
        if not isinstance(msg, bytes):
            return super().data(msg)
        code, answer = self.docmd("data")
        if code != GO_ON:
            raise smtplib.SMTPDataError(code, answer)
        self.send(msg.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return self.getreply()


class _Encrypted(_Plain, smtplib.SMTP_SSL):
    pass


class MailServer:
    """One connection to the mail server, made for the first mail, and anew after it has broken off."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.smtp_url
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
        self._server = None

    def connected(self) -> smtplib.SMTP:
        """Raises DeliveryError for a setting that cannot be used, smtplib's errors and OSError otherwise."""
        if self._server is None:
            self._server = connect(self._url.get_secret_value())
        return self._server

    def is_used_again(self) -> None:
        """After a while with other channels the server may have hung up."""
        try:
            alive = self._server is None or self._server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            alive = False
        if not alive:
            self.forget()

    def forget(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def connect(url: str) -> smtplib.SMTP:
    """A connection as `SMTP_URL` says: `smtp://[user:password@]host[:port][?starttls=always|never|auto]`, `smtps://`.

    With `auto` (the default) a password is never sent without encryption, except to this machine.
    Raises DeliveryError for a setting that cannot be used, smtplib's errors and OSError otherwise.
    """
    parts, starttls = _checked(url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        server: smtplib.SMTP = _Encrypted(host, parts.port or 465, timeout=TIMEOUT, context=encryption())
    else:
        server = _Plain(host, parts.port or (587 if parts.username else 25), timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and starttls != "never" and (starttls == "always" or server.has_extn("starttls")):
            _encrypt(server)
        if parts.username:
            _sign_in(server, parts, starttls)
    except BaseException:
        server.close()
        raise
    return server


@lru_cache(maxsize=1)
def encryption() -> ssl.SSLContext:
    """Made once: reading the certificates that are trusted takes longer than sending a mail."""
    return ssl.create_default_context()


def _encrypt(server: smtplib.SMTP) -> None:
    try:
        server.starttls(context=encryption())
        server.ehlo()
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
        raise DeliveryError("the mail server refuses to encrypt (STARTTLS), so nothing is sent") from error


def _sign_in(server: smtplib.SMTP, parts: SplitResult, starttls: str) -> None:
    encrypted = isinstance(server.sock, ssl.SSLSocket)
    here = parts.hostname in HERE
    if not encrypted and not here and starttls != "never":
        raise DeliveryError("the mail server offers no encryption, so the password is not sent: see SMTP_URL in docs")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise DeliveryError("user name and password in SMTP_URL can only have letters without accents, and signs")
    server.login(user, password)


def _checked(url: str) -> tuple[SplitResult, str]:
    if not url:
        raise DeliveryError("no mail server is set: set REVIEWWATCH_SMTP_URL, for example smtp://mail.example.org:25")
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("smtp", "smtps") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    starttls = parse_qs(parts.query).get("starttls", ["auto"])[0] if known else ""
    if not known or starttls not in ("always", "never", "auto"):
        raise DeliveryError(
            "REVIEWWATCH_SMTP_URL cannot be used: write smtp://[user:password@]host:port[?starttls=always|never|auto] "
            "or smtps://..."
        )
    return parts, starttls
