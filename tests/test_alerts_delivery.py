"""From a change in the archive to a mail at a real server and a card at a real https endpoint."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import col, select

from alerts.channels import send_test
from alerts.delivery import deliver_due, gap
from alerts.making import make_due_digests, preview, stored
from alerts.notifiers.base import DeliveryError
from config.settings import Settings
from store import channels
from store.database import reading, writing
from store.models import Channel, Delivery, Digest, DigestChange
from tests import digest_archive as archive
from tests.mailbox import Mailbox, mailbox
from tests.teams import Workflow, workflow

MINUTE = timedelta(minutes=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def teams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workflow]:
    with workflow(tmp_path) as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.ca))
        yield made


@pytest.fixture
def settings(tmp_path: Path, box: Mailbox) -> Settings:
    return Settings(
        data_dir=tmp_path,
        smtp_url=SecretStr(box.url),
        secret_key=SecretStr("a key for tests"),
        mail_from="Review watch <watch@example.org>",
        base_url="https://watch.example.org",
        allow_private_addresses=True,
    )


@pytest.fixture
def filled(engine: Engine, now: datetime) -> Engine:
    with writing(engine) as session:
        archive.publishers(session, now)
    return engine


def states(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(row.recipient, row.state) for row in session.exec(select(Delivery).order_by(col(Delivery.id)))]


def test_a_new_review_comes_once_by_mail_and_once_by_card(
    filled: Engine, settings: Settings, box: Mailbox, teams: Workflow, now: datetime
) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org,b@example.org", now=now)
    archive.subscription(filled, settings, teams.url, now=now, name="team")
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
    assert make_due_digests(filled, settings, now + 2 * MINUTE) == [1, 2]
    report = deliver_due(filled, settings, now + 2 * MINUTE)
    assert (report.accepted, report.again, report.failed, report.unknown) == (3, 0, 0, 0)
    assert box.recipients == ["a@example.org", "b@example.org"]
    assert box.connections == 1
    assert len(teams.cards) == 1
    assert make_due_digests(filled, settings, now + 3 * MINUTE) == []
    assert deliver_due(filled, settings, now + 3 * MINUTE).accepted == 0


def test_one_connection_serves_all_channels_and_is_made_anew_when_it_broke(
    filled: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    for name in ("first", "second", "third"):
        archive.subscription(filled, settings, f"mailto:{name}@example.org", now=now, name=name)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
    make_due_digests(filled, settings, now + MINUTE)
    box.data_answers = ["250 OK", "drop"]
    report = deliver_due(filled, settings, now + MINUTE)
    assert (report.accepted, report.again, box.connections) == (2, 1, 2)


def test_the_mail_has_what_mail_programs_need(filled: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org,b@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from “Wren” – a review", at=now + MINUTE)
    make_due_digests(filled, settings, now + MINUTE)
    deliver_due(filled, settings, now + MINUTE)
    first, second = box.mails
    assert first["Subject"] == "reviewwatch digest 1: 1 new review"
    assert first["To"] == "a@example.org"
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"]
    assert first["List-Unsubscribe"].startswith("<https://watch.example.org/unsubscribe/")
    assert first["List-Unsubscribe"] != second["List-Unsubscribe"]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["Auto-Submitted"] == "auto-generated"
    text, html = first.get_body(("plain",)), first.get_body(("html",))
    assert text is not None
    assert html is not None
    link = first["List-Unsubscribe"].strip("<>")
    for part in (text.get_content(), html.get_content()):
        assert "Learning from “Wren” – a review" in part
        assert link in part
        assert "https://watch.example.org/publications/1" in part
        assert "@@" not in part


def test_the_preview_is_what_is_sent(filled: Engine, settings: Settings, now: datetime) -> None:
    key = archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
    shown = preview(filled, settings, key, now + 2 * MINUTE)
    make_due_digests(filled, settings, now + 2 * MINUTE)
    sent = stored(filled, settings, 1)
    assert (sent.html, sent.text, sent.card, sent.markdown()) == (shown.html, shown.text, shown.card, shown.markdown())


def test_a_refused_address_keeps_the_others(filled: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    box.refuse["gone@example.org"] = "550 5.1.1 no such mailbox"
    box.refuse["full@example.org"] = "452 4.2.2 try later"
    archive.subscription(filled, settings, "mailto:gone@example.org,full@example.org,a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
    make_due_digests(filled, settings, now + MINUTE)
    report = deliver_due(filled, settings, now + MINUTE)
    assert (report.accepted, report.again, report.failed) == (1, 1, 1)
    assert states(filled) == [
        ("gone@example.org", "failed"), ("full@example.org", "planned"), ("a@example.org", "accepted")
    ]  # fmt: skip
    with reading(filled) as session:
        assert channels.disabled_addresses(session, 1) == {"gone@example.org"}
    box.refuse.clear()
    assert deliver_due(filled, settings, now + 3 * MINUTE).accepted == 1


def test_a_dropped_connection_is_tried_again_with_the_same_id(
    filled: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    box.data_answers = ["drop", "451 4.3.0 not now"]
    archive.subscription(filled, settings, "mailto:a@example.org,b@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
        planned = make_ids = None
    make_due_digests(filled, settings, now + MINUTE)
    with reading(filled) as session:
        planned = session.exec(select(Delivery.message_id).order_by(col(Delivery.id))).all()
    assert deliver_due(filled, settings, now + MINUTE).again == 2
    assert deliver_due(filled, settings, now + 3 * MINUTE).accepted == 2
    make_ids = [mail["Message-ID"] for mail in box.mails]
    assert make_ids == list(planned)


@pytest.mark.parametrize("answer", [429, 500, "drop"])
def test_a_workflow_that_is_busy_gets_the_card_later(
    filled: Engine, settings: Settings, teams: Workflow, now: datetime, answer: int | str
) -> None:
    teams.answers = [answer]
    archive.subscription(filled, settings, teams.url, now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
    make_due_digests(filled, settings, now + MINUTE)
    assert deliver_due(filled, settings, now + MINUTE).again == 1
    assert deliver_due(filled, settings, now + MINUTE).again == 0
    assert deliver_due(filled, settings, now + 10 * MINUTE).accepted == 1
    assert len(teams.cards) == 1


def test_a_workflow_that_is_gone_disables_the_channel_and_loses_nothing(
    filled: Engine, settings: Settings, teams: Workflow, now: datetime
) -> None:
    teams.answers = [404]
    archive.subscription(filled, settings, teams.url, now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now + MINUTE)
    make_due_digests(filled, settings, now + MINUTE)
    deliver_due(filled, settings, now + MINUTE)
    with writing(filled) as session:
        channel = session.get_one(Channel, 1)
        assert "gone" in channel.disabled_why
        assert "Secret_1" not in channel.disabled_why
    assert deliver_due(filled, settings, now + 60 * MINUTE).accepted == 0
    with writing(filled) as session:
        channels.enable(session, 1)
    assert deliver_due(filled, settings, now + 61 * MINUTE).accepted == 1


def test_after_two_days_it_is_given_up(filled: Engine, settings: Settings, box: Mailbox, now: datetime) -> None:
    box.refuse["a@example.org"] = "451 4.3.0 not now"
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now)
    make_due_digests(filled, settings, now)
    rounds, moment = 0, now
    while states(filled) == [("a@example.org", "planned")]:
        deliver_due(filled, settings, moment)
        moment += timedelta(hours=1)
        rounds += 1
    assert states(filled) == [("a@example.org", "failed")]
    assert timedelta(days=2) <= moment - now <= timedelta(days=3)
    with reading(filled) as session:
        assert session.exec(select(Delivery.attempts)).one() <= 12


def test_what_is_withdrawn_before_it_is_sent_is_only_counted(
    filled: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    box.data_answers = ["451 4.3.0 not now"]
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        hidden = archive.publication(session, "Learning from Wren", at=now)
        archive.publication(session, "Learning from Finch", at=now)
    make_due_digests(filled, settings, now)
    deliver_due(filled, settings, now)
    with writing(filled) as session:
        archive.status(session, hidden, "suspected")
    deliver_due(filled, settings, now + 5 * MINUTE)
    (mail,) = box.mails
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Finch" in text.get_content()
    assert "Wren" not in text.get_content()
    assert "One publication is left out here" in text.get_content()


def test_what_was_left_out_is_told_when_it_is_shown_again(
    filled: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    box.data_answers = ["451 4.3.0 not now"]
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        hidden = archive.publication(session, "Learning from Wren", at=now)
        archive.publication(session, "Learning from Finch", at=now)
    make_due_digests(filled, settings, now)
    deliver_due(filled, settings, now)
    with writing(filled) as session:
        archive.status(session, hidden, "suspected")
    deliver_due(filled, settings, now + 5 * MINUTE)
    with writing(filled) as session:
        archive.status(session, hidden, "listed")
        archive.change(session, hidden, "restored", at=now + timedelta(hours=1))
    later = now + timedelta(days=2)
    make_due_digests(filled, settings, later)
    deliver_due(filled, settings, later)
    text = box.mails[-1].get_body(("plain",))
    assert text is not None
    assert "Wren" in text.get_content()
    assert "Finch" not in text.get_content()


def test_two_senders_at_once_send_each_mail_once(
    filled: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    addresses = [f"r{number}@example.org" for number in range(50)]
    archive.subscription(filled, settings, f"mailto:{','.join(addresses)}", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: make_due_digests(filled, settings, now), range(2)))
        reports = list(pool.map(lambda _: deliver_due(filled, settings, now), range(2)))
    assert sorted(made) == [[], [1]]
    assert sum(report.accepted for report in reports) == 50
    assert sorted(box.recipients) == sorted(addresses)


def test_gaps_grow_and_obey_the_server() -> None:
    assert gap(1) < gap(2) < gap(3) < gap(7) == gap(99)
    assert gap(1, timedelta(hours=3)) == timedelta(hours=3)


def test_nothing_is_lost_when_the_mail_server_is_away(filled: Engine, settings: Settings, now: datetime) -> None:
    away = settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:1")})
    archive.subscription(filled, away, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now)
    make_due_digests(filled, away, now)
    assert deliver_due(filled, away, now).again == 1
    assert deliver_due(filled, settings, now + 2 * MINUTE).accepted == 1


def test_a_test_message(filled: Engine, settings: Settings, box: Mailbox, teams: Workflow, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    archive.subscription(filled, settings, teams.url, now=now, name="team")
    send_test(filled, settings, "leads", now=now)
    send_test(filled, settings, "team", now=now)
    assert box.mails[0]["Subject"] == "reviewwatch: a test message"
    assert teams.cards[0]["summary"] == "reviewwatch: a test message"
    teams.answers = [500]
    with pytest.raises(DeliveryError, match="500"):
        send_test(filled, settings, "team", now=now)


def test_private_targets_need_permission(filled: Engine, settings: Settings, teams: Workflow, now: datetime) -> None:
    archive.subscription(filled, settings, teams.url, now=now)
    strict = settings.model_copy(update={"allow_private_addresses": False})
    with pytest.raises(DeliveryError, match="private network"):
        send_test(filled, strict, "leads", now=now)


def test_a_digest_and_what_it_tells_are_kept_together(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now)
    make_due_digests(filled, settings, now)
    with reading(filled) as session:
        assert session.exec(select(Digest)).one().content["number"] == 1
        assert len(session.exec(select(DigestChange)).all()) == 1
