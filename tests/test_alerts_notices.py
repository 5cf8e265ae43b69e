"""What administrators are told, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import select

from alerts import channels as alert_channels
from alerts.notices import lines_of, tell_administrators
from config.settings import Settings
from store import channels, incidents
from store.database import writing
from store.models import CrawlRun, Entry, Incident, Match, Source, Withdrawal
from store.notices import Pending
from tests import digest_archive as archive
from tests.mailbox import Mailbox, mailbox

HOUR = timedelta(hours=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, box: Mailbox) -> Settings:
    return Settings(data_dir=tmp_path, smtp_url=SecretStr(box.url), secret_key=SecretStr("a key"))


@pytest.fixture
def troubled(engine: Engine, now: datetime) -> Engine:
    """An incident, a held reading, a proposed match, a suspected withdrawal."""
    with writing(engine) as session:
        archive.publishers(session, now)
        wren = archive.publication(session, "Wren, aged 4", at=now)
        session.add(
            Incident(source_id=1, kind="soft_404", opened_at=now, last_seen_at=now, evidence="The page says ‘gone’.")
        )
        session.add(Incident(source_id=2, kind="slow", opened_at=now, last_seen_at=now, resolved_at=now))
        session.add(CrawlRun(source_id=2, started_at=now, outcome="held", held=31))
        session.add(Match(entry_id=1, publication_id=wren, state="proposed", made_at=now))
        session.add(Withdrawal(publication_id=wren, reason="names left the text", opened_at=now))
    return engine


def test_each_thing_is_told_once(troubled: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    alert_channels.add(troubled, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    assert tell_administrators(troubled, settings, now) == 4
    assert tell_administrators(troubled, settings, now + HOUR) == 0
    (mail,) = box.mails
    text = mail.get_content()
    assert mail["Subject"] == "reviewwatch: for administrators"
    assert "Source ashshire: the page shows an error message. The page says ‘gone’." in text
    assert "Source birchton: a reading is held, with 31 entries to look at." in text
    assert "1 possible match to decide." in text
    assert "1 suspected withdrawal to decide." in text
    assert "Wren" not in text


def test_the_end_of_an_incident_is_told_once(troubled: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    """To administrators only; an incident that ended before anybody was told of it is not told at all."""
    alert_channels.add(troubled, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    alert_channels.add(troubled, settings, "leads", "mailto:leads@example.org", now=now)
    tell_administrators(troubled, settings, now)
    with writing(troubled) as session:
        source = session.get_one(Source, 1)
        incidents.resolve_all(session, source, now=now + HOUR)
    assert tell_administrators(troubled, settings, now + HOUR) == 1
    assert tell_administrators(troubled, settings, now + 2 * HOUR) == 0
    text = box.mails[-1].get_content()
    assert "Source ashshire: resolved (the page shows an error message). It reads well again." in text
    assert {mail["To"] for mail in box.mails} == {"desk@example.org"}


def test_a_reading_that_stays_held_is_told_once(
    troubled: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    alert_channels.add(troubled, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    tell_administrators(troubled, settings, now)
    with writing(troubled) as session:
        session.add(CrawlRun(source_id=2, started_at=now + HOUR, outcome="held", held=32))
    assert tell_administrators(troubled, settings, now + HOUR) == 0
    with writing(troubled) as session:
        session.get_one(Source, 2).last_good_at = now + 2 * HOUR
        session.add(CrawlRun(source_id=2, started_at=now + 3 * HOUR, outcome="held", held=7))
    assert tell_administrators(troubled, settings, now + 3 * HOUR) == 1
    assert "with 7 entries to look at" in box.mails[-1].get_content()


def test_a_question_is_told_once_and_without_a_name(
    engine: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    alert_channels.add(engine, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    with writing(engine) as session:
        archive.publishers(session, now)
        session.get_one(Source, 1).baseline_at = now
        witness = session.get_one(Source, 2)
        witness.role = "witness"
        wren = archive.publication(session, "Wren, aged 4", at=now)
        entry = session.exec(select(Entry).where(Entry.publication_id == wren)).one()
        entry.source_id, entry.area_publisher_id = 2, session.get_one(Source, 1).publisher_id
    assert tell_administrators(engine, settings, now) == 1
    assert tell_administrators(engine, settings, now + HOUR) == 0
    text = box.mails[-1].get_content()
    assert "1 review listed elsewhere, but not by the area's own source: a question to answer." in text
    assert "Wren" not in text


def test_without_a_working_channel_it_waits(troubled: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    assert tell_administrators(troubled, settings, now) == 0
    alert_channels.add(troubled, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    box.refuse["desk@example.org"] = "451 4.3.0 not now"
    assert tell_administrators(troubled, settings, now) == 0
    box.refuse.clear()
    assert tell_administrators(troubled, settings, now) == 4


def test_a_channel_that_is_switched_off_is_told_each_time(
    engine: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    alert_channels.add(engine, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    other = alert_channels.add(engine, settings, "leads", "mailto:a@example.org", now=now).id or 0
    for moment in (now, now + HOUR):
        with writing(engine) as session:
            channels.disable(session, other, why="it is gone", now=moment)
        assert tell_administrators(engine, settings, moment) == 1
        assert "Channel leads has been switched off: it is gone" in box.mails[-1].get_content()
        with writing(engine) as session:
            channels.enable(session, other)


def test_many_lines_are_cut(engine: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    alert_channels.add(engine, settings, "desk", "mailto:desk@example.org", now=now, for_administrators=True)
    with writing(engine) as session:
        archive.publishers(session, now)
        for number in range(50):
            session.add(Incident(source_id=1, kind="slow", opened_at=now, last_seen_at=now, evidence=str(number)))
    assert tell_administrators(engine, settings, now) == 50
    assert "and 20 more" in box.mails[0].get_content()


def test_lines_are_one_line_each() -> None:
    (line,) = lines_of([Pending("channel", 1, "leads\r\nBcc: x", "gone")])
    assert "\n" not in line
