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
        self._send(target, outgoing.rendered.subject, outgoing.rendered.markdown(budget))

    def send_plain(self, message: Plain, at: datetime) -> None:
        self._send(self._target(), message.heading, "\n\n".join(phrases.markdown(line) for line in message.lines))

    def _send(self, target: NotifyBase, title: str, body: str) -> None:
        url = self.address.value
        own = url if names_its_host(url) else ""
        with webhook.guarded(own, allow_private=self.settings.allow_private_addresses or not own):
            webhook.send(target, title=title, body=body, body_format="markdown")

    def _target(self) -> NotifyBase:
        url = self.address.value
        return webhook.plugin(f"{url}{'&' if '?' in url else '?'}{WAIT}")
