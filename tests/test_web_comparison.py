"""The comparison of a suspected withdrawal's two versions, for administrators alone."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from store.database import engine_for, writing
from store.files import Files
from store.models import PageText, Version, Withdrawal
from tests.web_archive import ADMINISTRATOR, NASTY, STAFF, fill, serving, settings_for, sign_in


@pytest.fixture
def client(sqlite_address: str, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    settings, engine = settings_for(sqlite_address, tmp_path), engine_for(sqlite_address)
    ids = fill(engine, Files(settings.files), tmp_path, now=now)
    with writing(engine) as session:
        old = session.get_one(Version, ids["suspected version"])
        new = Version(
            document_id=old.document_id, sha256="new", state="current", pages=2, first_seen=now, last_seen=now
        )
        session.add(new)
        session.flush()
        for number, text in enumerate(("Front page", f"Professional care {NASTY} was missing."), start=1):
            session.add(PageText(version_id=new.id or 0, number=number, text=text))
        withdrawal = session.get_one(Withdrawal, ids["withdrawal"])
        withdrawal.old_version_id, withdrawal.new_version_id = old.id, new.id
    with serving(engine, settings, now) as client:
        yield client
    engine.dispose()


def test_what_is_lost_and_added_is_marked(client: TestClient) -> None:
    sign_in(client, ADMINISTRATOR)
    assert 'href="/withdrawals/1"' in client.get("/withdrawals").text
    text = client.get("/withdrawals/1").text
    assert "Page 2" in text
    assert "curiosity about suspected" in text.split("<del>")[1].split("</del>")[0]
    assert "care" in text.split("<ins>")[1].split("</ins>")[0]
    assert NASTY not in text
    assert client.get("/withdrawals/99").status_code == 404
    assert client.get("/withdrawals/99999999999").status_code == 404


def test_staff_do_not_see_it(client: TestClient) -> None:
    sign_in(client, STAFF)
    assert client.get("/withdrawals/1").status_code == 403
