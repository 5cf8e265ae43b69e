"""All other services, through Apprise in their own format."""

from datetime import datetime

from apprise import NotifyBase

from alerts import phrases
from alerts.channel_address import names_its_host
from alerts.notifiers import webhook
from alerts.notifiers.base import Notifier as BaseNotifier
from alerts.notifiers.base import Outgoing, Plain
from alerts.render import SERVICE_BUDGET

WAIT = "rto=20&cto=10&redirect=no&overflow=truncate&image=no&avatar=no"
"""Time limits; no following elsewhere; no pictures that the reader's program would fetch from a third party."""
PLAIN = ("ntfy", "ntfys", "gotify", "gotifys", "nctalks")
"""Schemes whose service shows a message as it is written, marks and all."""
ROOM = 200
"""Characters that are left for the title and for what the service's own format adds."""


class Notifier(BaseNotifier):
    def send(self, outgoing: Outgoing) -> None:
        target, rendered = self._target(), outgoing.rendered
        budget = min(SERVICE_BUDGET, int(target.body_maxlen * 0.8) - ROOM)
        self._send(target, rendered.subject, rendered.plain(budget) if self._plain else rendered.markdown(budget))

    def send_plain(self, message: Plain, at: datetime) -> None:
        lines = message.lines if self._plain else map(phrases.markdown, message.lines)
        self._send(self._target(), message.heading, "\n\n".join(lines))

    @property
    def _plain(self) -> bool:
        return self.address.value.partition(":")[0].lower() in PLAIN

    def _send(self, target: NotifyBase, title: str, body: str) -> None:
        url = self.address.value
        own = url if names_its_host(url) else ""
        with webhook.guarded(own, allow_private=self.settings.allow_private_addresses or not own):
            webhook.send(target, title=title, body=body, body_format="text" if self._plain else "markdown")

    def _target(self) -> NotifyBase:
        url = self.address.value
        return webhook.plugin(f"{url}{'&' if '?' in url else '?'}{WAIT}")
