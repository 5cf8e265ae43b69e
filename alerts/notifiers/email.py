"""Mail through SMTP_URL: one connection for many recipients, one message each."""

import hashlib
import smtplib
import ssl
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from alerts.channel_address import ChannelAddress
from alerts.mime import MailForm, address_of, domain_of, plain_mail
from alerts.notifiers.base import DeliveryError, Outgoing, Plain, Shared
from alerts.notifiers.base import Notifier as BaseNotifier
from alerts.render import Rendered
from config.settings import Settings

TIMEOUT = 20.0
NO_SUCH_MAILBOX = (550, 551, 553)
NOT_NOW = 500


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


class Notifier(BaseNotifier):
    def __init__(self, address: ChannelAddress, settings: Settings, shared: Shared | None = None) -> None:
        super().__init__(address, settings, shared)
        self._server = self.shared.kept(MailServer, settings)
        self._server.is_used_again()
        self._form: tuple[Rendered, MailForm] | None = None

    def send(self, outgoing: Outgoing) -> None:
        mail = self._form_of(outgoing.rendered).completed(
            to=outgoing.recipient,
            message_id=outgoing.message_id,
            at=outgoing.at,
            unsubscribe=outgoing.unsubscribe,
            one_click=outgoing.one_click,
        )
        self._hand_over(outgoing.recipient, mail)

    def send_plain(self, message: Plain, at: datetime) -> None:
        sender = self._sender()
        for recipient in self.address.recipients:
            content = f"{at.isoformat()}|{recipient}|{message.heading}|{message.lines}"
            message_id = f"<note-{hashlib.sha256(content.encode()).hexdigest()[:32]}@{domain_of(sender)}>"
            mail = plain_mail(sender, recipient, message.heading, message.lines, message_id=message_id, at=at)
            self._hand_over(recipient, mail)

    def _form_of(self, rendered: Rendered) -> MailForm:
        if self._form is None or self._form[0] is not rendered:
            self._form = rendered, MailForm(rendered, self._sender())
        return self._form[1]

    def _sender(self) -> str:
        """MAIL_FROM, checked. Raises DeliveryError."""
        sender = self.settings.mail_from
        if not address_of(sender).isascii() or "@" not in address_of(sender):
            raise DeliveryError("REVIEWWATCH_MAIL_FROM cannot be used: write Name <address@example.org>")
        return sender

    def _hand_over(self, recipient: str, mail: bytes) -> None:
        try:
            server = self._server.connected()
            server.sendmail(address_of(self.settings.mail_from), [recipient], mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = error.recipients[recipient]
            raise _refused(code, answer) from error
        except smtplib.SMTPAuthenticationError as error:
            self._server.forget()
            raise DeliveryError("the mail server does not accept our user name and password: check SMTP_URL") from error
        except smtplib.SMTPResponseException as error:
            self._server.forget()
            raise _answered(error) from error
        except (OSError, smtplib.SMTPException) as error:
            self._server.forget()
            raise DeliveryError(f"the mail server could not be reached or broke off: {_short(str(error))}") from error


def connect(url: str) -> smtplib.SMTP:
    """A connection as `SMTP_URL` says: `smtp://[user:password@]host[:port][?starttls=always|never|auto]`, `smtps://`.

    With `auto` (the default) a password is never sent without encryption, except to this machine.
    Raises DeliveryError for a setting that cannot be used, smtplib's errors and OSError otherwise.
    """
    parts, starttls = _checked(url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=_encryption())
    else:
        server = smtplib.SMTP(host, parts.port or (587 if parts.username else 25), timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and starttls != "never" and (starttls == "always" or server.has_extn("starttls")):
            server.starttls(context=_encryption())
            server.ehlo()
        if parts.username:
            _sign_in(server, parts, starttls)
    except BaseException:
        server.close()
        raise
    return server


@lru_cache(maxsize=1)
def _encryption() -> ssl.SSLContext:
    """Made once: reading the certificates that are trusted takes longer than sending a mail."""
    return ssl.create_default_context()


def _sign_in(server: smtplib.SMTP, parts: SplitResult, starttls: str) -> None:
    encrypted = isinstance(server.sock, ssl.SSLSocket)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not encrypted and not here and starttls != "never":
        raise DeliveryError("the mail server offers no encryption, so the password is not sent: see SMTP_URL in docs")
    server.login(unquote(parts.username or ""), unquote(parts.password or ""))


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


def _refused(code: int, answer: bytes) -> DeliveryError:
    text = f"the mail server refused the address: {code} {_short(answer.decode('utf-8', 'replace'))}"
    policy = b"5.7." in answer  # about us or the message, not about the mailbox
    return DeliveryError(text, permanent=code >= NOT_NOW, ends_address=code in NO_SUCH_MAILBOX and not policy)


def _answered(error: smtplib.SMTPResponseException) -> DeliveryError:
    answer = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
    # before the message itself a refusal is about our set-up, and may be mended within the two days of trying
    about_message = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= NOT_NOW
    return DeliveryError(
        f"the mail server did not take the message: {error.smtp_code} {_short(answer)}", permanent=about_message
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
