"""Mail: one message for each recipient, all over one connection to the mail server."""

import hashlib
import smtplib
from datetime import datetime

from alerts.channel_address import ChannelAddress
from alerts.mail_server import MailServer
from alerts.mime import MailForm, address_of, domain_of, plain_mail
from alerts.notifiers.base import DeliveryError, Outgoing, Plain, Shared
from alerts.notifiers.base import Notifier as BaseNotifier
from alerts.render import Rendered
from config.settings import Settings

NO_SUCH_MAILBOX = (550, 551, 553)
NOT_NOW = 500


class Notifier(BaseNotifier):
    def __init__(self, address: ChannelAddress, settings: Settings, shared: Shared | None = None) -> None:
        super().__init__(address, settings, shared)
        self._server = self.shared.kept(MailServer, settings)
        self._server.is_used_again()
        self._form: tuple[Rendered, MailForm] | None = None
        self._from = address_of(settings.mail_from)

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
        sender = self.settings.mail_from
        for recipient in self.address.recipients:
            content = f"{at.isoformat()}|{recipient}|{message.heading}|{message.lines}"
            message_id = f"<note-{hashlib.sha256(content.encode()).hexdigest()[:32]}@{domain_of(sender)}>"
            mail = plain_mail(sender, recipient, message.heading, message.lines, message_id=message_id, at=at)
            self._hand_over(recipient, mail)

    def _form_of(self, rendered: Rendered) -> MailForm:
        if self._form is None or self._form[0] is not rendered:
            self._form = rendered, MailForm(rendered, self.settings.mail_from)
        return self._form[1]

    def _hand_over(self, recipient: str, mail: bytes) -> None:
        try:
            server = self._server.connected()
            server.sendmail(self._from, [recipient], mail)
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
