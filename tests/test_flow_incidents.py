"""Every way in which a source can go wrong, injected over the sample publishers: one incident of the right kind,
nothing false announced, nothing known changed, and what came out meanwhile announced once, marked as late."""

import shutil
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlmodel import col, select

from config.settings import Settings
from reviewwatch import tasks
from reviewwatch.tasks import crawl_and_work
from reviewwatch.work import Work
from samples.failures import MODES
from samples.server import SampleServer
from store import export, source_desk, sources
from store.database import engine_for, reading, writing
from store.entries import RunSummary
from store.files import Files
from store.models import Change, Incident, Source
from tests.loopback import serve
from tests.story import Story, import_story

LISTING, FEED, GOVUK = "exampleshire-reviews", "valenews-feed", "govuk-organisation"
NAMES = [LISTING, FEED, GOVUK]
HOSTS = ("exampleshire", "valenews", "govuk", "assets")
NEW = {LISTING: 1, GOVUK: 1, FEED: 1}
"""How many entries come out while the sources cannot be read."""
KINDS = {
    "down": "unreachable",
    "500": "server_error",
    "403": "blocked",
    "404": "moved",
    "slow": "slow",
    "empty": "empty",
    "rebuilt": "structure",
    "soft404": "soft_404",
    "redirect_home": "moved",
    "huge": "large",
    "redirect_private": "unreachable",
    "robots": "robots",
    "503_retry_after": "server_error",
}
DOCUMENTS_ONLY = {"wrong_type"}
WITHOUT_PAGE = {"down", "slow", "huge", "redirect_private", "robots", "500", "503_retry_after"}
"""No text came that could be kept with the incident: where robots.txt cannot be read, nothing else is asked for."""
TIME_LIMIT = 4.0
"""Seconds for a reading of a slow site, so that the test need not wait for the usual limit."""
FIRST, SECOND, LATER = timedelta(days=1), timedelta(days=1, hours=6), timedelta(days=2)


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with SampleServer() as running:
        yield running


def _story(folder: Path, server: SampleServer) -> Story:
    settings = Settings(data_dir=folder, download_delay=0.0, allow_private_addresses=True, contact="tests@example.org")
    return Story(server, engine_for(f"sqlite:///{folder / 'archive.sqlite3'}"), settings, Files(settings.files))


@pytest.fixture(scope="module")
def baseline(server: SampleServer, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive as it is after the first readings."""
    folder = tmp_path_factory.mktemp("baseline") / "data"
    folder.mkdir()
    shutil.copy(migrated_sqlite, folder / "archive.sqlite3")
    told = _story(folder, server)
    import_story(told.engine, server, told.moment(0))
    told.play(0, NAMES)
    told.engine.dispose()
    return folder


@pytest.fixture
def told(server: SampleServer, baseline: Path, tmp_path: Path) -> Iterator[Story]:
    shutil.copytree(baseline, tmp_path / "data")
    made = _story(tmp_path / "data", server)
    yield made
    made.engine.dispose()
    for host in HOSTS:
        server.recover(host)
    server.set_day(0)


def read(told: Story, after: timedelta, day: int, names: list[str] | None = None) -> dict[str, RunSummary]:
    told.server.set_day(day)
    work = Work(told.engine, told.files, told.settings, told.moment(0) + after)
    return {one.source: one for one in crawl_and_work(work, names or NAMES)}


def known(told: Story) -> list[dict[str, Any]]:
    with reading(told.engine) as session:
        return list(export.records(session))


def news(told: Story) -> list[Change]:
    with reading(told.engine) as session:
        return list(session.exec(select(Change).where(col(Change.news)).order_by(col(Change.id))))


def listed(told: Story) -> list[tuple[str, str, datetime | None]]:
    with reading(told.engine) as session:
        rows = session.exec(select(Incident, Source.name).join(Source).order_by(Source.name)).all()
        return [(name, incident.kind, incident.resolved_at) for incident, name in rows]


def with_page(told: Story) -> set[str]:
    """Sources with an incident to which the page that came is saved."""
    with reading(told.engine) as session:
        return {one.source for one in source_desk.incident_list(session) if one.has_page}


def test_every_failure_is_tested() -> None:
    assert set(KINDS) | DOCUMENTS_ONLY == set(MODES)


@pytest.mark.parametrize("mode", KINDS)
def test_a_site_that_fails_is_told_once_and_changes_nothing(
    told: Story, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "READING_LIMIT", TIME_LIMIT if mode == "slow" else 60.0)
    before = known(told)
    for host in HOSTS:
        told.server.fail(host, mode)
    for after in (FIRST, SECOND):
        summaries = read(told, after, day=2)
        assert {one.outcome for one in summaries.values()} == {"failed"}
        assert {name: one.incident for name, one in summaries.items()} == dict.fromkeys(NAMES, KINDS[mode])
    assert listed(told) == [(name, KINDS[mode], None) for name in sorted(NAMES)]
    assert (LISTING in with_page(told)) == (mode not in WITHOUT_PAGE)
    assert known(told) == before
    assert news(told) == []
    _recovers(told)


def _recovers(told: Story) -> None:
    """The incidents end by themselves; what is new is announced, once, as late."""
    for host in HOSTS:
        told.server.recover(host)
    summaries = read(told, LATER, day=2)
    assert {name: one.new for name, one in summaries.items()} == NEW
    assert {resolved for _, _, resolved in listed(told)} == {told.moment(0) + LATER}
    new = [change for change in news(told) if change.kind == "new"]
    assert {change.late_since for change in new} == {told.moment(0) + FIRST}
    assert len({change.publication_id for change in new}) == len(new) == 2, "one review is in two sources"
    read(told, LATER + timedelta(hours=1), day=2)
    assert [change for change in news(told) if change.kind == "new"] == new


def test_documents_that_are_all_away_are_one_incident_and_withdraw_nothing(told: Story) -> None:
    """Sign-in pages in the place of the files: the list reads well, and nothing that it lists is to be had."""
    before = {one["id"]: one["status"] for one in known(told)}
    for host in ("exampleshire", "assets"):  # the feed has one document: alone, that is a suspected withdrawal
        told.server.fail(host, "wrong_type")
    for after in (FIRST, SECOND):
        assert read(told, after, day=0, names=[LISTING])[LISTING].outcome == "unchanged"
        assert listed(told) == [(name, "wrong_type", None) for name in (LISTING, GOVUK)]
    assert {one["id"]: one["status"] for one in known(told)} == before
    assert news(told) == []
    for host in HOSTS:
        told.server.recover(host)
    assert read(told, LATER, day=1, names=[LISTING])[LISTING].new == 1
    assert listed(told) == [(name, "wrong_type", told.moment(0) + LATER) for name in (LISTING, GOVUK)]
    assert [change.kind for change in news(told)] == ["new"]


def test_an_untrusted_certificate_is_told_as_such(told: Story) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    before = known(told)
    with serve({}, tls=context) as site, writing(told.engine) as session:
        for name in NAMES:
            source = sources.by_name(session, name)
            source.url = source.url.replace(told.server.base(source.publisher_id), site.url)
        session.commit()
        for after in (FIRST, SECOND):
            summaries = read(told, after, day=2)
            assert {name: one.incident for name, one in summaries.items()} == dict.fromkeys(NAMES, "certificate")
    assert listed(told) == [(name, "certificate", None) for name in sorted(NAMES)]
    assert (known(told), news(told)) == (before, [])
    with writing(told.engine) as session:
        for name in NAMES:
            source = sources.by_name(session, name)
            source.url = source.url.replace(site.url, told.server.base(source.publisher_id))
    _recovers(told)
