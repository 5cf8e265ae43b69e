"""Files, kept by the sha256 of their bytes: in a folder, on S3 or in Azure Blob, through obstore."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

CHUNK = 1024 * 1024
# what the operating system says, as the library passes it on, and what to tell the operator
_REASONS = (
    ("os error 28", "the disk is full; free some space and try again: nothing was lost"),
    ("os error 122", "the disk quota is used up; free some space and try again: nothing was lost"),
    ("os error 27", "the file is larger than this system allows"),
    ("os error 13", "no permission; give this program the right to read and write there"),
    ("os error 30", "it can only be read; make it writable or set REVIEWWATCH_FILES_URL to another place"),
    ("os error 20", "a part of the path is a file, not a folder; set REVIEWWATCH_FILES_URL to another place"),
)


class FilesError(RuntimeError):
    """The store of files cannot be used; the text says what to do."""


class FileMissing(FilesError):
    """There are no bytes with this sha256."""


class Files:
    """All files of the archive. `address`: file:///FOLDER (made if missing), s3://BUCKET/PATH or az://CONTAINER/PATH.

    A file appears under its key whole or not at all, whatever happens while it is written.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        with self._in_words("open"):
            # the folder is only made for a folder's address: the other stores know no such thing
            self._store = from_url(address, mkdir=True) if address.startswith("file:") else from_url(address)

    def put_file(self, path: Path) -> str:
        """Keep the file's bytes; returns their sha256. Bytes that are there already are not written again."""
        with self._in_words("write"):
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if not self._holds(sha256, path.stat().st_size):
                obstore.put(self._store, key(sha256), path)
        return sha256

    def read(self, sha256: str) -> bytes:
        """All bytes. Raises FileMissing."""
        with self._in_words("read"):
            return bytes(obstore.get(self._store, key(sha256)).bytes())

    def stream(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces. Raises FileMissing."""
        if end is not None and end <= start:
            return
        wanted: obstore.GetOptions = {"range": {"offset": start} if end is None else (start, end)}
        with self._in_words("read"):
            for piece in obstore.get(self._store, key(sha256), options=wanted).stream(min_chunk_size=CHUNK):
                yield bytes(piece)

    def size(self, sha256: str) -> int:
        """In bytes. Raises FileMissing."""
        with self._in_words("read"):
            return obstore.head(self._store, key(sha256))["size"]

    def exists(self, sha256: str) -> bool:
        try:
            self.size(sha256)
        except FileMissing:
            return False
        return True

    def delete(self, sha256: str) -> None:
        """Forget the bytes; nothing happens when they are not there."""
        if self.exists(sha256):
            with self._in_words("delete"):
                obstore.delete(self._store, key(sha256))

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        """The bytes as a file to read, not to change: the kept file itself, or a copy that is gone afterwards."""
        if isinstance(self._store, LocalStore) and self._store.prefix:
            if not self.exists(sha256):
                raise FileMissing(_missing(sha256))
            yield Path(self._store.prefix) / key(sha256)
            return
        with NamedTemporaryFile(prefix="reviewwatch-") as copy:
            for piece in self.stream(sha256):
                copy.write(piece)
            copy.flush()
            yield Path(copy.name)

    def _holds(self, sha256: str, size: int) -> bool:
        """True when the file is there in full; one cut short by a failing disk is written anew."""
        try:
            return obstore.head(self._store, key(sha256))["size"] == size
        except FileNotFoundError:
            return False

    @contextmanager
    def _in_words(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if what == "write":
                raise FilesError(
                    f"cannot write files at {self.address}: there is no such bucket or container"
                ) from error
            raise FileMissing(f"a file of the archive is missing at {self.address}: {_first_line(error)}") from error
        except (BaseError, OSError, ValueError) as error:
            raise FilesError(f"cannot {what} files at {self.address}: {_reason(error)}") from error


def key(sha256: str) -> str:
    """Where the bytes are kept; two levels of folders, so that none holds too many files."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _missing(sha256: str) -> str:
    return f"a file of the archive is missing: {sha256}"


def _reason(error: Exception) -> str:
    told = str(error)
    known = (words for sign, words in _REASONS if sign in told)
    return next(known, _first_line(error))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
