"""Teams, through a Power Automate workflow: our own Adaptive Card, handed to Apprise as a template file."""

import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from alerts.card import lines_card
from alerts.notifiers import webhook
from alerts.notifiers.base import Notifier as BaseNotifier
from alerts.notifiers.base import Outgoing, Plain

WAIT = "image=no&rto=20&cto=10&redirect=no"


class Notifier(BaseNotifier):
    def send(self, outgoing: Outgoing) -> None:
        self._post(outgoing.rendered.card)

    def send_plain(self, message: Plain, at: datetime) -> None:
        self._post(lines_card(message.heading, message.lines, self.settings.public_url))

    def _post(self, card: str) -> None:
        url = self.address.value
        guard = webhook.guarded(url, allow_private=self.settings.allow_private_addresses)
        with guard, tempfile.TemporaryDirectory(prefix="reviewwatch-card-") as folder:
            template = Path(folder) / "card.json"
            template.write_text(as_template(card), encoding="ascii")
            joint = "&" if "?" in url else "?"
            target = webhook.plugin(f"{url}{joint}{WAIT}&template={quote(str(template), safe='')}")
            webhook.send(target, title="", body="reviewwatch", body_format="text")


def as_template(card: str) -> str:
    """The card so that Apprise finds nothing to fill in: '{{' is never JSON's own, only text from outside."""
    return card.replace("{{", "{\\u007b")
