"""Digests: 1,000 subscribers, 40 topic sets, 30 items each of 400; rendered, sent to a mail server, recorded.

Against Apprise with a mail each, and bare smtplib on one connection with messages that are ready. The peers only send:
what they would need for choosing, rendering and recording comes on top of their times.
"""

import shutil
import smtplib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path

import apprise
import css_inline
from pydantic import SecretStr
from sqlalchemy import Engine, update

from alerts.delivery import deliver_due
from alerts.making import make_due_digests, stored
from alerts.mime import MailForm
from alerts.render import UNREADABLE_IN_MAIL, Rendered, render, values_for
from alerts.templating import Templates
from bench.timing import alternately
from config.settings import Settings
from store.database import engine_for, writing
from store.migrate import migrate
from store.models import Delivery
from tests import digest_archive as archive
from tests.mailbox import free_port

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
DUE = NOW + timedelta(hours=1)
ITEMS = 30
BASE_URL = "https://watch.example.org"
SENDER = "Review watch <watch@example.org>"
ABSTRACT = "The report looks at how services worked together over two years, and at what nobody asked. " * 3


@dataclass(frozen=True)
class Size:
    subscribers: int
    sets: int
    publications: int
    apprise_mails: int
    """So many are sent through Apprise, and the time is scaled."""
    rounds: int
    pairs: int
    """Turns of sending and of bare smtplib, a tenth of the mails each: what disturbs one soon disturbs the other."""

    @property
    def part(self) -> "Size":
        """A tenth of the subscribers, with as many to a digest and as many items each."""
        return replace(
            self, subscribers=self.subscribers // 10, sets=self.sets // 10, publications=self.publications // 10
        )

    @property
    def of_each(self) -> int:
        return self.subscribers // self.sets


def run(quick: bool) -> list[str]:
    size = Size(100, 10, 100, 10, 2, 3) if quick else Size(1000, 40, 400, 40, 3, 31)
    with tempfile.TemporaryDirectory() as folder, _mail_server() as port:
        return _measured(Path(folder), port, size)


def _measured(folder: Path, port: int, size: Size) -> list[str]:
    settings, numbers = _settings(folder, port), count(1)
    planned, made = folder / "planned.sqlite3", folder / "made.sqlite3"
    _fill(planned, settings, size)
    _fill(made, settings, size.part)
    with _archive(made) as engine:
        first = make_due_digests(engine, settings, DUE)[0]
        rendered = stored(engine, settings, first)
    mails = _mails(rendered, size.part.subscribers)
    ways: dict[str, Callable[[], object]] = {
        "whole": lambda: _whole(_copy(planned, next(numbers)), settings, size),
        "apprise": lambda: _apprise(port, rendered.html, size.apprise_mails),
        "rendering": lambda: [_all_forms(rendered) for _ in range(size.sets)],
        "rendering each": lambda: [_jinja(rendered) for _ in range(size.of_each)],
        "mime": lambda: [_mails(rendered, size.of_each) for _ in range(size.sets)],
        "mime each": lambda: [_email_message(rendered) for _ in range(size.of_each)],
    }
    lasting = engine_for(f"sqlite:///{made}")  # a worker's statements are prepared, too
    sending: dict[str, Callable[[], object]] = {
        "sending": lambda: _sending(lasting, settings, size.part),
        "smtplib": lambda: _bare(port, mails),
    }
    return _lines(alternately(sending, size.pairs) | alternately(ways, size.rounds), size, rendered)


def _lines(taken: dict[str, float], size: Size, rendered: Rendered) -> list[str]:
    taken["apprise"] *= size.subscribers / size.apprise_mails
    for name in ("rendering each", "mime each"):
        taken[name] *= size.sets
    for name in ("sending", "smtplib"):
        taken[name] *= size.subscribers / size.part.subscribers
    shown = f"{size.subscribers:,} subscribers, {size.sets} topic sets, {len(rendered.edition.items)} items each"
    return [
        f"{shown} of {size.publications}; mails of {len(_mails(rendered, 1)[0]):,} bytes",
        f"Apprise: {size.apprise_mails} mails, scaled; sending and smtplib: {size.pairs} turns of a tenth, scaled",
        *(f"{name:16} {seconds:9.3f} s" for name, seconds in taken.items()),
        _ratio("D1 rendering, all forms / Jinja and css-inline each", taken, "rendering", "rendering each", 0.35),
        _ratio("D2 building mails / EmailMessage", taken, "mime", "mime each", 0.3),
        _ratio("D3 sending, recorded / smtplib on one connection", taken, "sending", "smtplib", 1.3),
        _ratio("D3 sending, recorded / Apprise one by one", taken, "sending", "apprise", 0.1),
        _ratio("D4 the whole / Apprise one by one, sending only", taken, "whole", "apprise", 0.15),
    ]


def _ratio(what: str, taken: dict[str, float], ours: str, peer: str, aim: float) -> str:
    ratio = taken[ours] / taken[peer]
    return f"{what:52} {ratio:5.2f}   aim: at most {aim}{'' if ratio <= aim else ', not met'}"


# --- ours -------------------------------------------------------------------------------------------------------------


def _settings(folder: Path, port: int) -> Settings:
    return Settings(
        data_dir=folder,
        smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"),
        secret_key=SecretStr("a key for benchmarks"),
        mail_from=SENDER,
        base_url=BASE_URL,
    )


@contextmanager
def _archive(path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def _fill(path: Path, settings: Settings, size: Size) -> None:
    """Publications that each belong to some of the topic sets, and a subscription for each set."""
    with _archive(path) as engine:
        migrate(engine)
        with writing(engine) as session:
            archive.publishers(session, NOW)
        for number in range(size.sets):
            names = ",".join(f"r{number}.{each}@example.org" for each in range(size.of_each))
            address, name = f"mailto:{names}", f"set{number}"
            archive.subscription(engine, settings, address, now=NOW, query=name, name=name)
        times = ITEMS * size.sets // size.publications
        with writing(engine) as session:
            for number in range(size.publications):
                own = " ".join(f"set{(number * times + step) % size.sets}" for step in range(times))
                archive.publication(session, f"Learning from Wren {number}, {own}", at=NOW, abstract=ABSTRACT)


def _copy(path: Path, number: int) -> Path:
    """An archive of its own for each turn."""
    return Path(shutil.copy(path, path.with_name(f"{number}.sqlite3")))


def _whole(path: Path, settings: Settings, size: Size) -> None:
    with _archive(path) as engine:
        assert len(make_due_digests(engine, settings, DUE)) == size.sets
        assert deliver_due(engine, settings, DUE).accepted == size.subscribers


def _sending(engine: Engine, settings: Settings, size: Size) -> None:
    """All digests once more; making them due again is counted as ours."""
    with writing(engine) as session:
        session.execute(update(Delivery).values(state="planned", due_at=DUE, attempts=0, sent_at=None))
    assert deliver_due(engine, settings, DUE).accepted == size.subscribers


def _all_forms(rendered: Rendered) -> tuple[str, str, str]:
    made = render(rendered.edition, BASE_URL)
    return made.html, made.text, made.card


def _mails(rendered: Rendered, number: int) -> list[bytes]:
    form = MailForm(rendered, SENDER)
    return [_mail(form, each) for each in range(number)]


def _mail(form: MailForm, number: int) -> bytes:
    link = f"{BASE_URL}/unsubscribe/{number}"
    return form.completed(
        to=f"r{number}@example.org", message_id=f"<{number}@example.org>", at=NOW, unsubscribe=link, one_click=True
    )


# --- peers ------------------------------------------------------------------------------------------------------------


@contextmanager
def _mail_server() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "bench._mail_sink", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield port
        process.terminate()


def _bare(port: int, mails: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for mail in mails:
            server.sendmail("watch@example.org", ["r@example.org"], mail)


def _apprise(port: int, html: str, mails: int) -> None:
    for number in range(mails):
        sender = apprise.Apprise()
        sender.add(
            f"mailto://127.0.0.1:{port}?smtp=127.0.0.1&from=watch@example.org&to=r{number}@example.org&mode=insecure"
        )
        assert sender.notify(title="digest", body=html, body_format="html")


def _jinja(rendered: Rendered) -> str:
    """What a program without our fitting would do for each reader: two templates, and the styles put in."""
    edition = rendered.edition
    values = values_for(edition, BASE_URL, len(edition.items), UNREADABLE_IN_MAIL)
    templates = Templates()
    html = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(
        templates.render("mail.html", values)
    )
    return html + templates.render("mail.txt", values)


def _email_message(rendered: Rendered) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, "r@example.org", rendered.subject
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    return message.as_bytes()
