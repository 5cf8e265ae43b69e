"""Notifiers against real servers: what is sent, what is refused and why, and that nothing secret is said."""

import json
import logging
import socket
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from alerts.channel_address import parse
from alerts.mail_server import connect
from alerts.notifiers import kinds, notifier_for
from alerts.notifiers.base import DeliveryError, Outgoing, Plain
from alerts.notifiers.webhook import answered
from alerts.render import render
from config.settings import Settings
from tests.editions import INJECTION, edition, item
from tests.mailbox import Mailbox, mailbox
from tests.teams import Workflow, workflow


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workflow]:
    with workflow(tmp_path) as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.ca))
        yield made


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


def outgoing(now: datetime, recipient: str = "a@example.org") -> Outgoing:
    hostile = edition(2, items=(item(1), item(2, title=INJECTION)))
    rendered = render(hostile, "https://watch.example.org")
    return Outgoing(rendered, recipient, "<digest-12.a@example.org>", now, 3, "https://watch.example.org/unsubscribe/x")


def send(address: str, settings: Settings, now: datetime) -> None:
    checked = parse(address)
    with notifier_for(checked.kind)(checked, settings) as notifier:
        notifier.send(outgoing(now))


def test_a_kind_is_a_module() -> None:
    assert kinds() == ["email", "service", "teams"]
    with pytest.raises(LookupError):
        notifier_for("base")


def test_a_service_gets_markdown(hook: Workflow, now: datetime) -> None:
    settings = Settings(allow_private_addresses=True)
    send(f"jsons://user:password@localhost:{hook.port}/hook", settings, now)
    (posted,) = hook.cards
    assert posted["title"] == "reviewwatch digest 12: 2 new reviews, 1 update"
    assert "https://watch.example.org/digests/12" in posted["message"]
    assert "](javascript" not in posted["message"]


SERVICES = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "mattermost": "mmosts://{host}/3ccdd113474722377935511fc85d3dd4",
    "ntfy": "ntfys://{host}/topic",
    "gotify": "gotifys://{host}/AbCdEf123456789",
    "nextcloud": "nctalks://user:password@{host}/room",
    "google": "gchat://workspace/key/token",
}
PLAIN = ("ntfy", "gotify", "nextcloud")


@pytest.fixture
def services(hook: Workflow, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    """Those whose hosts are fixed are called at the test's own endpoint."""
    base, names = f"https://localhost:{hook.port}", "apprise.plugins."
    monkeypatch.setattr(f"{names}slack.NotifySlack.webhook_url", f"{base}/slack")
    monkeypatch.setattr(f"{names}discord.NotifyDiscord.notify_url", f"{base}/discord")
    monkeypatch.setattr(f"{names}google_chat.NotifyGoogleChat.notify_url", base + "/{workspace}")
    hook.answers, hook.said = [200], b"ok"
    return hook


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("count", [1, 40, 400])
def test_each_service_in_its_own_format(services: Workflow, now: datetime, name: str, count: int) -> None:
    checked = parse(SERVICES[name].format(host=f"localhost:{services.port}"))
    many = edition(count, items=(item(1, title=INJECTION), *(item(key) for key in range(2, count + 1))))
    rendered = render(many, "https://watch.example.org")
    with notifier_for(checked.kind)(checked, Settings(allow_private_addresses=True)) as notifier:
        notifier.send(Outgoing(rendered, "team", "<digest-12.a@example.org>", now, 3))
    (posted,) = services.cards
    shown = " ".join(text for text in strings(posted) if not text.startswith("#"))
    assert rendered.subject in shown
    assert "https://watch.example.org/digests/12" in shown
    assert "@everyone" not in shown
    assert "apprise" not in shown.lower(), "nothing is fetched from elsewhere, and we are named"
    assert ("**" in shown or "\\(" in shown) == (name not in (*PLAIN, "slack", "google"))
    if count == 400:
        assert "more in the full digest" in shown
    if name in PLAIN:
        assert "NEW" in shown


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def test_the_card_is_posted_as_it_was_rendered(hook: Workflow, now: datetime) -> None:
    send(hook.url, Settings(allow_private_addresses=True), now)
    assert hook.cards == [json.loads(outgoing(now).rendered.card)]


@pytest.mark.parametrize("answer", [404, 410, 401, 403])
def test_a_gone_or_forbidden_webhook_ends_the_channel(hook: Workflow, now: datetime, answer: int) -> None:
    hook.answers = [answer]
    with pytest.raises(DeliveryError) as caught:
        send(hook.url, Settings(allow_private_addresses=True), now)
    assert caught.value.ends_channel
    assert str(answer) in str(caught.value)


def test_secrets_are_neither_logged_nor_said(hook: Workflow, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    hook.answers = [500, 404]
    settings = Settings(allow_private_addresses=True)
    for address in (hook.url, f"jsons://user:Secret_1@localhost:{hook.port}/Secret_1"):
        with pytest.raises(DeliveryError) as caught:
            send(address, settings, now)
        assert "Secret_1" not in str(caught.value)
    assert "Secret_1" not in caplog.text


@pytest.mark.parametrize(
    "address", ["jsons://localhost/x", "jsons://[::1]/x", "workflows://10.0.0.1/a/b", "json://169.254.169.254/"]
)
def test_private_networks_are_refused(address: str, now: datetime) -> None:
    with pytest.raises(DeliveryError, match="private network") as caught:
        send(address, Settings(), now)
    assert not caught.value.ends_channel


@pytest.mark.parametrize("shape", ["jsons://{host}/hook", "workflows://{host}/workflow/signature"])
def test_a_name_that_turns_private_after_the_check(
    hook: Workflow, now: datetime, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    """DNS rebinding: public when it is looked at, this machine when it is called."""
    real, asked = socket.getaddrinfo, count()

    def lookup(host: str, *args: Any, **more: Any) -> Any:
        return real("93.184.216.34" if next(asked) == 0 else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    address = shape.format(host=f"localhost:{hook.port}")
    with pytest.raises(DeliveryError, match="could not be reached") as caught:
        send(address, Settings(), now)
    assert not caught.value.permanent
    assert next(asked) == 2
    assert hook.connections == 0


@pytest.mark.parametrize(
    ("said", "permanent", "waits"),
    [
        (["Failed to send Workflows notification: Gone, error=410."], True, False),
        (["Failed to send: error=429."], False, True),
        (["Failed to send: error=503."], False, False),
        (["A Connection error occurred"], False, False),
        ([], False, False),
    ],
)
def test_what_apprise_says(said: list[str], permanent: bool, waits: bool) -> None:
    error = answered(said)
    assert (error.permanent, error.retry_after is not None) == (permanent, waits)


@pytest.mark.parametrize(
    ("answer", "permanent", "ends_address"),
    [
        ("550 5.1.1 no such mailbox", True, True),
        ("550 5.7.1 not from you", True, False),
        ("552 5.2.2 mailbox full", True, False),
        ("450 4.2.1 greylisted", False, False),
    ],
)
def test_refused_recipients(box: Mailbox, now: datetime, answer: str, permanent: bool, ends_address: bool) -> None:
    box.refuse["a@example.org"] = answer
    with pytest.raises(DeliveryError) as caught:
        send("mailto:a@example.org", Settings(smtp_url=SecretStr(box.url)), now)
    assert (caught.value.permanent, caught.value.ends_address) == (permanent, ends_address)
    assert answer.split(" ", 1)[1] in str(caught.value)


def test_lines_go_to_everyone_on_the_channel(box: Mailbox, now: datetime) -> None:
    checked = parse("mailto:a@example.org,b@example.org")
    with notifier_for("email")(checked, Settings(smtp_url=SecretStr(box.url))) as notifier:
        notifier.send_plain(Plain("A heading", ["One line.", "Another – line."]), now)
    assert box.recipients == ["a@example.org", "b@example.org"]
    assert box.mails[0].get_content().replace("\r\n", "\n") == "One line.\n\nAnother – line.\n"


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "smtp://", "smtp://host:port", "http://host", "smtp://host?starttls=perhaps"]
)
def test_smtp_addresses_that_cannot_be_used(url: str) -> None:
    with pytest.raises(DeliveryError, match="SMTP_URL"):
        connect(url)


def test_the_sender_may_have_any_name(box: Mailbox, now: datetime) -> None:
    settings = Settings(smtp_url=SecretStr(box.url), mail_from="Adolygiadau – Siân <watch@example.org>")
    send("mailto:a@example.org", settings, now)
    assert box.mails[0]["From"].addresses[0].display_name == "Adolygiadau – Siân"


def test_no_encryption_where_it_is_required(box: Mailbox) -> None:
    with pytest.raises(Exception, match="STARTTLS"):
        connect(f"{box.url}?starttls=always")
    with connect(f"{box.url}?starttls=never") as server:
        assert server.noop()[0] == 250
