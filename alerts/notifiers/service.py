"""All other services, through Apprise in their own format."""

from datetime import datetime

from apprise import NotifyBase

from alerts import phrases
from alerts.channel_address import names_its_host
from alerts.notifiers import webhook
from alerts.notifiers.base import Notifier as BaseNotifier
from alerts.notifiers.base import Outgoing, Plain
from alerts.render import SERVICE_BUDGET

WAIT = "rto=20&cto=10&redirect=no&overflow=truncate"
ROOM = 200
"""Characters that are left for the title and for what the service's own format adds."""


class Notifier(BaseNotifier):
    def send(self, outgoing: Outgoing) -> None:
        target = self._target()
        budget = min(SERVICE_BUDGET, int(target.body_maxlen * 0.8) - ROOM)
        webhook.send(
            target, title=outgoing.rendered.subject, body=outgoing.rendered.markdown(budget), body_format="markdown"
        )

    def send_plain(self, message: Plain, at: datetime) -> None:
        body = "\n\n".join(phrases.markdown(line) for line in message.lines)
        webhook.send(self._target(), title=message.heading, body=body, body_format="markdown")

    def _target(self) -> NotifyBase:
        url = self.address.value
        if names_its_host(url):
            webhook.check_host(url, allow_private=self.settings.allow_private_addresses)
        return webhook.plugin(f"{url}{'&' if '?' in url else '?'}{WAIT}")
