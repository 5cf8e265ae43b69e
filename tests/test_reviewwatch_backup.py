"""Backups: whole, restorable on either kind of database, and not believed before they are checked."""

import io
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.settings import Settings
from reviewwatch import backup
from reviewwatch.backup import BackupError
from reviewwatch.program import Program
from store import people, rows
from store.database import engine_for, reading, writing
from store.models import Document, PageText, Publication, Publisher, SavedPage, SignIn, Source, Version

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BODY = b"%PDF-1.4 invented"


@pytest.fixture
def here(sqlite_address: str, tmp_path: Path) -> Iterator[Program]:
    yield from _program(sqlite_address, tmp_path / "here")


@pytest.fixture
def there(postgres_address: str, tmp_path: Path) -> Iterator[Program]:
    yield from _program(postgres_address, tmp_path / "there")


def _program(address: str, folder: Path) -> Iterator[Program]:
    engine = engine_for(address)
    yield Program(Settings(data_dir=folder), engine, NOW)
    engine.dispose()


def fill(program: Program) -> None:
    """One publication with its document, and values of every type."""
    path = program.settings.data_dir / "report.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(BODY)
    sha256 = program.files.put_file(path)
    with writing(program.engine) as session:
        session.add(Publisher(id="exampleshire", name="Exampleshire", short="Exampleshire", kind="partnership"))
        session.flush()
        source = Source(name="reviews", publisher_id="exampleshire", kind="listing", url="https://example.org/")
        published = date(2026, 2, 1)
        session.add_all(
            [source, Publication(title="Birch – “a review”", kind="news", published=published, first_seen=NOW)]
        )
        session.flush()
        session.add(SavedPage(source_id=1, url="https://example.org/", sha256="x", saved_at=NOW, body=b"\x00\xff"))
        session.add(Document(publication_id=1, url="https://example.org/a.pdf", canonical="a", first_seen=NOW))
        session.flush()
        session.add(Version(document_id=1, sha256=sha256, state="current", first_seen=NOW, last_seen=NOW))
        session.flush()
        session.add(PageText(version_id=1, number=1, text="one page"))
        people.sign_in(session, people.add_user(session, "a@example.org", "administrator", now=NOW), now=NOW)


def content(program: Program) -> dict[str, list[rows.Row]]:
    with rows.snapshot(program.engine) as connection:
        return {table.name: list(rows.dump(connection, table)) for table in rows.tables()}


@pytest.mark.parametrize("order", [("here", "there"), ("there", "here")], ids=["to-postgres", "to-sqlite"])
def test_a_backup_restores_on_the_other_kind(
    order: tuple[str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    old, new = (request.getfixturevalue(name) for name in order)
    fill(old)
    file = tmp_path / "archive.tar.gz"
    done = backup.write(old, file)
    assert (done.files, done.missing) == (1, 0)
    assert backup.read(new, file) == done
    assert content(new) == content(old)
    assert new.files.read(content(new)["version"][0]["sha256"]) == BODY
    with writing(new.engine) as session:  # ids go on after the highest one
        session.add(Publication(title="Another", kind="news", first_seen=NOW))
    assert [row["id"] for row in content(new)["publication"]] == [1, 2]


def test_a_backup_is_private_and_signs_nobody_in(here: Program, tmp_path: Path) -> None:
    fill(here)
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("*.tar.gz*")] == ["archive.tar.gz"]
    backup.read(here, file, force=True)
    with reading(here.engine) as session:
        assert session.get(SignIn, 1) is None
        assert people.user_of_session(session, "", now=NOW) is None


def test_only_force_replaces_what_is_there(here: Program, tmp_path: Path) -> None:
    fill(here)
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    before = content(here)
    with writing(here.engine) as session:
        session.add(Publication(title="Since then", kind="news", first_seen=NOW))
    with pytest.raises(BackupError, match="--force"):
        backup.read(here, file)
    assert len(content(here)["publication"]) == 2
    backup.read(here, file, force=True)
    assert content(here) == before


def test_a_missing_document_is_counted(here: Program, tmp_path: Path) -> None:
    fill(here)
    here.files.delete(content(here)["version"][0]["sha256"])
    done = backup.write(here, tmp_path / "archive.tar.gz")
    assert (done.files, done.missing) == (0, 1)


def parts(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


def packed(file: Path, wanted: dict[str, bytes], *more: tarfile.TarInfo) -> None:
    with tarfile.open(file, "w:gz") as tar:
        for name, body in wanted.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
        for member in more:
            tar.addfile(member)


def link(name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/short", "tables/../x.jsonl", "anything"])
def test_a_part_that_does_not_belong_is_refused(here: Program, tmp_path: Path, name: str) -> None:
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    packed(file, parts(file) | {name: b"x"})
    with pytest.raises(BackupError, match="no part of a backup"):
        backup.read(here, file)


def test_a_link_is_refused(here: Program, tmp_path: Path) -> None:
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    packed(file, parts(file), link(f"files/{'0' * 64}", "/etc/passwd"))
    with pytest.raises(BackupError, match="no part of a backup"):
        backup.read(here, file)


def test_changed_bytes_are_refused(here: Program, tmp_path: Path) -> None:
    fill(here)
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    found = parts(file)
    name = next(name for name in found if name.startswith("files/"))
    for changed in ({name: b"other"}, {"tables/publication.jsonl": b""}):
        packed(file, found | changed)
        with pytest.raises(BackupError, match="broken at"):
            backup.read(here, file, force=True)
    del found["manifest.json"]
    packed(file, found)
    with pytest.raises(BackupError, match="no manifest"):
        backup.read(here, file, force=True)
    assert len(content(here)["publication"]) == 1


def test_rows_that_do_not_fit_change_nothing(here: Program, tmp_path: Path) -> None:
    """A manifest can be written anew to fit: the rows are checked by the database all the same."""
    fill(here)
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    found = parts(file)
    found["tables/publication.jsonl"] = b'{"id": 1, "title": "only this"}\n'
    manifest = json.loads(found["manifest.json"])
    manifest["tables"]["publication"] = backup.sha256_of(io.BytesIO(found["tables/publication.jsonl"]))
    packed(file, found | {"manifest.json": json.dumps(manifest).encode()})
    before = content(here)
    with pytest.raises(BackupError, match="rows of publication"):
        backup.read(here, file, force=True)
    assert content(here) == before


def test_another_version_s_backup_is_refused(here: Program, tmp_path: Path) -> None:
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    found = parts(file)
    manifest = json.loads(found["manifest.json"]) | {"revision": "older"}
    packed(file, found | {"manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(BackupError, match="another version"):
        backup.read(here, file)


@pytest.mark.parametrize("body", [b"", b"no archive", b"\x1f\x8b\x08\x00"])
def test_what_is_no_backup_is_refused(here: Program, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "archive.tar.gz"
    file.write_bytes(body)
    with pytest.raises(BackupError, match="no backup"):
        backup.read(here, file)


def test_a_backup_that_was_cut_short_is_refused(here: Program, tmp_path: Path) -> None:
    fill(here)
    file = tmp_path / "archive.tar.gz"
    backup.write(here, file)
    whole = file.read_bytes()
    for length in range(20, len(whole), len(whole) // 7):
        file.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            backup.read(here, file, force=True)
    assert len(content(here)["publication"]) == 1


def test_a_backup_that_cannot_be_written_leaves_nothing(here: Program, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        backup.write(here, tmp_path / "nowhere" / "archive.tar.gz")
    assert list(tmp_path.glob("**/*.tar.gz*")) == []
