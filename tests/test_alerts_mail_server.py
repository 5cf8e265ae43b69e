"""Encrypted connections and signing in, at a real mail server: what works, what is refused; no secret is said."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from pydantic import SecretStr

from alerts.channel_address import parse
from alerts.mail_server import connect, encryption
from alerts.notifiers import notifier_for
from alerts.notifiers.base import DeliveryError, Plain
from config.settings import Settings
from tests.mailbox import Mailbox, free_port

USER, PASSWORD = "watch@example.org", "Secret_1 /:%"
WRITTEN = "watch%40example.org:Secret_1%20%2F%3A%25"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def check(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """For a server called localhost, by an authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    encryption.cache_clear()
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(made)
    yield made
    encryption.cache_clear()


@contextmanager
def server(**options: Any) -> Iterator[Mailbox]:
    """`ssl_context`: encrypted from the start; `tls_context`: by STARTTLS; `authenticator`: signing in is needed."""
    box = Mailbox(port=free_port())
    at_once = options.pop("ssl_context", None)
    needed = "authenticator" in options
    controller = _Controller(box, "localhost", box.port, ssl_context=at_once, auth_required=needed, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """The library would knock with the server's own context, which is no client's."""
        with socket.create_connection((self.hostname, self.port), timeout=5):
            pass


def send(url: str, now: datetime) -> None:
    settings = Settings(smtp_url=SecretStr(url), mail_from="watch@example.org")
    with notifier_for("email")(parse("mailto:a@example.org"), settings) as notifier:
        notifier.send_plain(Plain("A heading", ["A line."]), now)


def test_starttls_and_signing_in(context: ssl.SSLContext, now: datetime) -> None:
    with server(tls_context=context, require_starttls=True, authenticator=check) as box:
        for wish in ("", "?starttls=always", "?starttls=auto"):
            send(f"smtp://{WRITTEN}@localhost:{box.port}{wish}", now)
        assert len(box.mails) == 3


def test_encrypted_from_the_start(context: ssl.SSLContext, now: datetime) -> None:
    with server(ssl_context=context, auth_require_tls=False, authenticator=check) as box:
        send(f"smtps://{WRITTEN}@localhost:{box.port}", now)
        assert box.recipients == ["a@example.org"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_wrong_password_may_be_mended(context: ssl.SSLContext, now: datetime, scheme: str) -> None:
    by = {"ssl_context": context, "auth_require_tls": False} if scheme == "smtps" else {"tls_context": context}
    with server(authenticator=check, **by) as box:
        with pytest.raises(DeliveryError, match="user name and password") as caught:
            send(f"{scheme}://watch%40example.org:Secret_2@localhost:{box.port}", now)
        assert not caught.value.permanent
        assert "Secret" not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for(
    context: ssl.SSLContext, now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    for scheme, by in (("smtp", "tls_context"), ("smtps", "ssl_context")):
        with server(**{by: context}) as box:
            with pytest.raises(DeliveryError, match=r"(?i)certificate") as caught:
                send(f"{scheme}://{WRITTEN}@localhost:{box.port}", now)
            assert not caught.value.permanent
            assert "Secret" not in str(caught.value)
            assert box.mails == []


def test_a_server_that_promises_encryption_and_refuses_it(
    context: ssl.SSLContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(self: SMTP, arg: str) -> None:
        await self.push("454 4.7.0 TLS not available")

    monkeypatch.setattr(SMTP, "smtp_STARTTLS", refuse)
    with server(tls_context=context) as box:
        for wish in ("auto", "always"):
            with pytest.raises(DeliveryError, match="encrypt") as caught:
                send(f"smtp://{WRITTEN}@localhost:{box.port}?starttls={wish}", now)
            assert not caught.value.permanent
        assert box.mails == []


def test_a_password_is_not_sent_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere than on this machine."""
    with server(authenticator=check, auth_require_tls=False) as box:
        with connect(f"smtp://{WRITTEN}@localhost:{box.port}") as signed_in:
            assert signed_in.noop()[0] == 250
        monkeypatch.setattr("alerts.mail_server.HERE", ())
        with pytest.raises(DeliveryError, match="the password is not sent"):
            connect(f"smtp://{WRITTEN}@localhost:{box.port}")


def test_a_password_that_cannot_be_sent() -> None:
    with server() as box, pytest.raises(DeliveryError, match="letters without accents") as caught:
        connect(f"smtp://watch:Secr%C3%A9t@localhost:{box.port}")
    assert "Secr" not in str(caught.value)
