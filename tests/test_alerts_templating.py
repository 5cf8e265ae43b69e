"""Templates of the data folder: used in place of ours, and never the reason that a digest does not go out."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from alerts import channels as alert_channels
from alerts.delivery import deliver_due
from alerts.making import make_due_digests
from alerts.render import render, web_fragment
from alerts.templating import folder_of
from config.settings import Settings
from store.database import writing
from tests import digest_archive as archive
from tests.editions import INJECTION, edition, item
from tests.mailbox import mailbox

MINUTE = timedelta(minutes=1)
BASE = "https://watch.example.org"


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_part_can_be_replaced(tmp_path: Path) -> None:
    write(tmp_path, "item.html", "<h3>OUR BOARD: {{ item.title }}</h3>")
    rendered = render(edition(2), BASE, tmp_path)
    assert rendered.html.count("OUR BOARD: Learning from “Wren") == 2
    assert rendered.text == render(edition(2), BASE).text
    assert not rendered.templates.broken
    assert rendered == render(edition(2), BASE, tmp_path)


def test_text_from_outside_stays_escaped(tmp_path: Path) -> None:
    write(tmp_path, "item.html", "<h3>{{ item.title }}</h3>")
    write(tmp_path, "web.html", "<p>{{ edition.items[0].title }}</p>")
    of = edition(0, items=(item(1, title=INJECTION),))
    assert "<script>" not in render(of, BASE, tmp_path).html
    assert "<script>" not in web_fragment(of, BASE, tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mail.html", "{% for %}", "line 1"),
        ("item.html", "{{ item.titel }}", "titel"),
        ("mail.txt", "{{ 1 // 0 }} {{ unsubscribe }}", "zero"),
        ("mail.txt", "Hello", "unsubscribe"),
        ("mail.html", "<p>{{ unsubscribe }}</p>" + "x" * 100_000, "too large"),
        ("mail.html", '{{ unsubscribe }}{% include "nothing.html" %}', "nothing.html"),
        ("update.html", "{{ update.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
    ],
)
def test_a_broken_one_gives_way_to_ours(tmp_path: Path, name: str, text: str, said: str) -> None:
    rendered = render(edition(2), BASE, write(tmp_path, name, text))
    ours = render(edition(2), BASE)
    assert (rendered.html, rendered.text) == (ours.html, ours.text)
    (broken,) = rendered.templates.broken.values()
    assert said in broken.reason
    assert broken.name in (name, "nothing.html")


def test_a_broken_one_for_services(tmp_path: Path) -> None:
    rendered = render(edition(2), BASE, write(tmp_path, "service.md", "{{ nonsense }}"))
    assert rendered.markdown() == render(edition(2), BASE).markdown()
    assert [one.name for one in rendered.templates.broken.values()] == ["service.md"]


def test_what_is_no_text_gives_way(tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_bytes(b"\xff\xfe\x00 {{ unsubscribe }}")
    assert render(edition(1), BASE, tmp_path).text == render(edition(1), BASE).text


def test_administrators_are_told_once_for_each_state(engine: Engine, tmp_path: Path, now: datetime) -> None:
    with mailbox() as box:
        settings = Settings(
            data_dir=tmp_path, smtp_url=SecretStr(box.url), secret_key=SecretStr("a key"), base_url=BASE
        )
        write(folder_of(settings), "mail.html", "{{ nonsense }}")
        alert_channels.add(engine, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
        with writing(engine) as session:
            archive.publishers(session, now)
        archive.subscription(engine, settings, "mailto:a@example.org", now=now)
        _announce(engine, settings, "Wren", now + MINUTE)
        _announce(engine, settings, "Finch", now + 2 * MINUTE)
        assert box.recipients == ["a@example.org", "desk@example.org", "a@example.org"]
        assert "The template mail.html" in box.mails[1].get_content()
        write(folder_of(settings), "mail.html", "{{ other nonsense }}")
        _announce(engine, settings, "Robin", now + 3 * MINUTE)
        assert box.recipients[3:] == ["a@example.org", "desk@example.org"]


def _announce(engine: Engine, settings: Settings, title: str, now: datetime) -> None:
    with writing(engine) as session:
        archive.publication(session, title, at=now)
    make_due_digests(engine, settings, now)
    assert deliver_due(engine, settings, now).accepted == 1
