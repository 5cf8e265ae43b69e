"""A backup: one file with every row and every document, which restores on SQLite and on Postgres.

A tar.gz of `manifest.json`, `tables/NAME.jsonl` and `files/SHA256`. It holds no browser sessions and no secret key:
channels' addresses stay encrypted in it. Nothing in it is believed before it has been checked.
"""

import hashlib
import json
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from reviewwatch.program import Program
from store import rows
from store.files import FileMissing, Files

FORMAT = 1
MANIFEST = "manifest.json"
MEMBER = re.compile(r"manifest\.json|tables/[a-z_]+\.jsonl|files/[0-9a-f]{64}")
LARGEST_MANIFEST = 1_000_000
Note = Callable[[str], None]


class BackupError(RuntimeError):
    """The backup cannot be written or read; the text says what to do."""


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: int
    revision: str
    made_at: str
    tables: dict[str, str]
    """The sha256 of each table's lines."""
    files: list[str]


@dataclass
class Done:
    """What a backup or a restore came to."""

    rows: int = 0
    files: int = 0
    missing: int = 0
    """Documents that rows name and the store of files does not have."""


# --- writing ----------------------------------------------------------------------------------------------------------


def write(program: Program, path: Path, *, note: Note = lambda _text: None) -> Done:
    """Write a backup. It appears under its name whole or not at all. Raises BackupError and OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                done = _write_all(program, tar, note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return done


def _write_all(program: Program, tar: tarfile.TarFile, note: Note) -> Done:
    done, sums, names = Done(), {}, set[str]()
    with tempfile.TemporaryDirectory(prefix="reviewwatch-") as folder, rows.snapshot(program.engine) as connection:
        for table in rows.tables():
            lines = Path(folder) / f"{table.name}.jsonl"
            with lines.open("w", encoding="utf-8") as file:
                for row in rows.dump(connection, table):
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    done.rows += 1
                    if table.name == "version" and row["state"] != "removed":
                        names.add(row["sha256"])
            with lines.open("rb") as written:
                sums[table.name] = sha256_of(written)
            tar.add(lines, f"tables/{table.name}.jsonl", filter=_anonymous)
            note(table.name)
    kept = [name for name in sorted(names) if _add_file(tar, program.files, name, note)]
    done.files, done.missing = len(kept), len(names) - len(kept)
    manifest = Manifest(
        format=FORMAT,
        revision=rows.revision(program.engine),
        made_at=program.now.isoformat(),
        tables=sums,
        files=kept,
    )
    _add_bytes(tar, MANIFEST, manifest.model_dump_json().encode())
    return done


def _add_file(tar: tarfile.TarFile, files: Files, sha256: str, note: Note) -> bool:
    try:
        with files.local_path(sha256) as path:
            tar.add(path, f"files/{sha256}", filter=_anonymous)
    except FileMissing:
        return False
    note(sha256[:12])
    return True


def _add_bytes(tar: tarfile.TarFile, name: str, body: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(body)
        file.seek(0)
        member = tarfile.TarInfo(name)
        member.size = len(body)
        tar.addfile(member, file)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


# --- reading ----------------------------------------------------------------------------------------------------------


def read(program: Program, path: Path, *, force: bool = False, note: Note = lambda _text: None) -> Done:
    """Fill the archive from a backup: all of it or nothing. Raises BackupError, FilesError and OSError.

    The archive must be empty; with `force` what it holds is replaced.
    """
    with _in_words(path):
        manifest = _checked(program, path, note)
        with program.engine.begin() as connection:
            if not rows.is_empty(connection) and not force:
                raise BackupError("the archive is not empty; say --force to replace all that is in it")
            rows.clear(connection)
            with tempfile.TemporaryDirectory(prefix="reviewwatch-") as folder:
                return _read_all(program, connection, path, manifest, Path(folder), note)


def _read_all(
    program: Program, connection: Connection, path: Path, manifest: Manifest, folder: Path, note: Note
) -> Done:
    done = Done()
    for name, file in _members(path):
        place = folder / Path(name).name
        if name == MANIFEST:
            continue
        _copy(file, place)
        if name.startswith("files/"):
            program.files.put_file(place)
            place.unlink()
            done.files += 1
        note(name)
    for table in rows.tables():
        if table.name in manifest.tables:
            done.rows += _load(connection, table.name, folder / f"{table.name}.jsonl")
    return done


def _load(connection: Connection, name: str, lines: Path) -> int:
    table = next(table for table in rows.tables() if table.name == name)
    try:
        with lines.open(encoding="utf-8") as file:
            return rows.load(connection, table, (json.loads(line) for line in file))
    except (ValueError, TypeError, StatementError, IntegrityError, DataError) as error:
        raise BackupError(f"the backup's rows of {name} do not fit: the file was changed or is broken") from error


def _checked(program: Program, path: Path, note: Note) -> Manifest:
    """Read the whole file once: nothing but what belongs there, and every part with its right hash."""
    sums: dict[str, str] = {}
    manifest: Manifest | None = None
    for name, file in _members(path):
        if name in sums:
            raise BackupError(f"the backup has {name} twice: it was changed or is broken")
        if name == MANIFEST:
            manifest = _manifest(file.read(LARGEST_MANIFEST))
            sums[name] = ""
            continue
        sums[name] = sha256_of(file)
        note(name)
    if manifest is None:
        raise BackupError("the backup has no manifest: it was cut short, or is no backup")
    _check_parts(manifest, sums)
    if manifest.revision != (ours := rows.revision(program.engine)):
        raise BackupError(
            f"the backup was made by another version (tables {manifest.revision}, here {ours}): restore it with that "
            "version, then update"
        )
    return manifest


def _check_parts(manifest: Manifest, sums: dict[str, str]) -> None:
    wanted = {f"tables/{name}.jsonl": sha256 for name, sha256 in manifest.tables.items()}
    wanted |= {f"files/{sha256}": sha256 for sha256 in manifest.files}
    if manifest.format != FORMAT or {table.name for table in rows.tables()} != manifest.tables.keys():
        raise BackupError("the backup was made by another version: restore it with that version, then update")
    found = {name: sha256 for name, sha256 in sums.items() if name != MANIFEST}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise BackupError(f"the backup is broken at {name}: use another one; nothing was changed")


def _manifest(body: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(body)
    except ValidationError as error:
        raise BackupError("the backup's manifest cannot be understood: it was changed or is broken") from error


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The parts of the file, each to be read before the next; they are never written by a name of their own."""
    with tarfile.open(path, "r|gz") as tar:
        for member in tar:
            if not member.isreg() or not MEMBER.fullmatch(member.name):
                raise BackupError(
                    f"{path} holds {member.name[:80]!r}, which is no part of a backup; nothing was changed"
                )
            file = tar.extractfile(member)
            assert file is not None, "a regular member has bytes"
            yield member.name, file


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupError(f"{path} is no backup, or is cut short; nothing was changed") from error


def _copy(file: IO[bytes], place: Path) -> None:
    with place.open("wb") as copy:
        while piece := file.read(1024 * 1024):
            copy.write(piece)


def sha256_of(file: IO[bytes]) -> str:
    """Read piece by piece: a part of a compressed stream is no whole file."""
    found = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()
