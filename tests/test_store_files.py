"""Files by sha256: whole or not at all, and errors in words."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest

from store.files import FileMissing, Files, FilesError, key

DATA = bytes(range(256)) * 1024
ABSENT = hashlib.sha256(b"absent").hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept files" / "é"


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, folder: Path) -> Files:
    """In a folder, and in a store that has no paths, as S3 and Azure."""
    return Files(folder.as_uri() if request.param == "folder" else "memory:///")


def _kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_put_and_read(files: Files, source: Path) -> None:
    sha256 = files.put_file(source)
    assert sha256 == hashlib.sha256(DATA).hexdigest()
    assert files.exists(sha256)
    assert files.size(sha256) == len(DATA)
    assert files.read(sha256) == DATA
    with files.local_path(sha256) as path:
        assert path.read_bytes() == DATA


@pytest.mark.parametrize(("start", "end"), [(0, None), (0, 10), (100, 5_000), (200_000, None), (7, 7), (9, 3)])
def test_stream_of_a_range(files: Files, source: Path, start: int, end: int | None) -> None:
    sha256 = files.put_file(source)
    wanted = DATA[start:end] if end is None or end > start else b""
    assert b"".join(files.stream(sha256, start, end)) == wanted


def test_what_is_not_there(files: Files) -> None:
    assert not files.exists(ABSENT)
    files.delete(ABSENT)
    with pytest.raises(FileMissing, match="missing"):
        files.read(ABSENT)
    with pytest.raises(FileMissing, match="missing"):
        list(files.stream(ABSENT))
    with pytest.raises(FileMissing, match="missing"), files.local_path(ABSENT):
        pass


def test_delete(files: Files, source: Path) -> None:
    sha256 = files.put_file(source)
    files.delete(sha256)
    assert not files.exists(sha256)


def test_a_copy_is_gone_afterwards(source: Path) -> None:
    files = Files("memory:///")
    with files.local_path(files.put_file(source)) as path:
        assert path.exists()
    assert not path.exists()


def test_the_same_bytes_are_kept_once(folder: Path, source: Path) -> None:
    files = Files(folder.as_uri())
    sha256 = files.put_file(source)
    (kept,) = _kept(folder)
    assert kept == folder / key(sha256)
    before = kept.stat().st_mtime_ns, kept.stat().st_ino
    files.put_file(source)
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == before
    kept.write_bytes(DATA[:100])
    files.put_file(source)
    assert files.read(sha256) == DATA


def test_empty_file(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert files.read(files.put_file(path)) == b""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "cannot open"),
        ("nonsense", "cannot open"),
        ("ftp://example.org/x", "cannot open"),
        ("file:///dev/null/x", "REVIEWWATCH_FILES_URL"),
        ("file:///proc/nothing", "cannot open"),
    ],
)
def test_address_that_cannot_be_used(address: str, words: str) -> None:
    with pytest.raises(FilesError, match=words) as caught:
        Files(address)
    assert "\n" not in str(caught.value)


def test_a_bucket_that_is_not_there(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object store says so only when something is written; nothing of the archive is missing then."""

    def refuse(*_arguments: object) -> None:
        raise FileNotFoundError("404")

    monkeypatch.setattr(obstore, "put", refuse)
    with pytest.raises(FilesError, match="no such bucket") as caught:
        Files("memory:///").put_file(source)
    assert not isinstance(caught.value, FileMissing)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission(tmp_path: Path, source: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FilesError, match="permission"):
        Files((tmp_path / "files").as_uri()).put_file(source)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 128 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_full_disk(small_disk: Path, source: Path, tmp_path: Path) -> None:
    files = Files((small_disk / "files").as_uri())
    little = tmp_path / "little"
    little.write_bytes(b"little")
    kept = files.put_file(little)
    with pytest.raises(FilesError, match="the disk is full; free some space"):
        files.put_file(source)
    assert not files.exists(hashlib.sha256(DATA).hexdigest())
    assert files.read(kept) == b"little"
    assert [path.name for path in _kept(small_disk)] == [kept], "no half file is left"


PUT = """
import sys
from pathlib import Path
from store.files import Files
Files(sys.argv[1]).put_file(Path(sys.argv[2]))
"""


def _limit_file_size() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


def test_file_larger_than_allowed(folder: Path, source: Path) -> None:
    command = [sys.executable, "-B", "-c", PUT, folder.as_uri(), str(source)]
    done = subprocess.run(command, preexec_fn=_limit_file_size, capture_output=True, text=True)
    assert "larger than this system allows" in done.stderr.splitlines()[-1]
    assert not Files(folder.as_uri()).exists(hashlib.sha256(DATA).hexdigest())


def test_killed_while_writing(folder: Path, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(DATA * 256)
    sha256 = hashlib.sha256(large.read_bytes()).hexdigest()
    child = subprocess.Popen([sys.executable, "-c", PUT, folder.as_uri(), large])
    while child.poll() is None and not (folder.exists() and _kept(folder)):
        time.sleep(0)  # until the first byte is there
    child.kill()
    child.wait()
    files = Files(folder.as_uri())
    assert not files.exists(sha256) or files.size(sha256) == large.stat().st_size
    files.put_file(large)
    assert files.read(sha256) == large.read_bytes()
