"""The page that says how long things are kept, and the command; backups that still hold what was removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from store import backups, keeping
from store.database import engine_for, reading, writing
from store.files import Files
from tests.command_line import CommandLine, command_line
from tests.conftest import NOW
from tests.web_archive import ADMINISTRATOR, BASE_URL, fill, serving, settings_for, sign_in, token_in


@pytest.fixture
def client(sqlite_address: str, tmp_path: Path) -> Iterator[TestClient]:
    engine, settings = engine_for(sqlite_address), settings_for(sqlite_address, tmp_path)
    fill(engine, Files(settings.files), tmp_path, now=NOW)
    with writing(engine) as session:
        backups.note(session, "/somewhere/first.tar.gz", made_at=NOW)
    with serving(engine, settings, NOW) as found:
        sign_in(found, ADMINISTRATOR)
        yield found
    engine.dispose()


def test_times_are_changed_in_the_browser(client: TestClient, sqlite_address: str) -> None:
    shown = client.get("/retention").text
    assert "/somewhere/first.tar.gz" in shown
    form = {"form_token": token_in(shown)}
    for sort, months, status in (("former_users", "24", 303), ("sign_ins", "", 303), ("sign_ins", "soon", 422),
                                 ("sign_ins", "9999", 422), ("cookies", "1", 404)):  # fmt: skip
        sent = client.post(f"/retention/{sort}", data=form | {"months": months}, headers={"Origin": BASE_URL})
        assert sent.status_code == status, sort
    client.post("/retention/backups/1", data=form, headers={"Origin": BASE_URL})
    assert "No backup is known" in client.get("/retention").text
    with reading(engine_for(sqlite_address)) as session:
        kept = keeping.months_of(session)
    assert (kept["former_users"], kept["sign_ins"]) == (24, None)


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


def test_the_commands(program: CommandLine) -> None:
    assert "nothing was deleted" in program.did("retention")
    found = program.listed("retention", "--set", "unlisted_files=6", "--set", "sign_ins=never", "--apply")
    assert {one["sort"]: one["months"] for one in found}["unlisted_files"] == 6
    assert {one["sort"]: one["months"] for one in program.listed("retention")}["sign_ins"] is None
    for wrong in ("cookies=1", "sign_ins=soon", "sign_ins=9999"):
        assert program.run("retention", "--set", wrong).exit_code == 2
    program.did("backup", "archive.tar.gz")
    (one,) = program.listed("backups")
    assert (one["path"], one["removals"]) == (str(program.folder / "archive.tar.gz"), 0)
    assert "no backup is known" in program.did("backups", "--deleted", str(one["id"]))
