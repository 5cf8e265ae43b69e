"""Expected errors in words; what nobody expected keeps its traceback."""

import errno
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from alerts.secrets import SecretError
from config.settings import SettingsError
from reviewwatch.errors import DISK_FULL, in_words
from store.files import FilesError
from store.sources import UnknownName


def database_error(text: str) -> OperationalError:
    return OperationalError("INSERT", {}, sqlite3.OperationalError(text))


@pytest.mark.parametrize(
    ("error", "text", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DISK_FULL, 1),
        (OSError("CannotWrite: [Errno 28] No space left on device"), DISK_FULL, 1),
        (database_error("database or disk is full"), DISK_FULL, 1),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "a.toml"),
            "a.toml: No such file or directory",
            1,
        ),
        (SettingsError("PORT: wrong\nREVIEWWATCH_X: unknown"), "PORT: wrong\nREVIEWWATCH_X: unknown", 2),
        (UnknownName("no source is called '\x1b[2J'"), "no source is called ' [2J'", 2),
        (FilesError("cannot write"), "cannot write", 1),
        (SecretError("another key"), "another key", 1),
    ],
)
def test_in_words(error: Exception, text: str, code: int) -> None:
    said = in_words(error)
    assert said is not None
    assert (said.text, said.code) == (text, code)


def test_a_busy_database_says_try_again() -> None:
    said = in_words(database_error("database is locked"))
    assert said is not None
    assert "try again" in said.text


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("x"), BrokenPipeError(), AssertionError()])
def test_a_mistake_of_ours_is_not_hidden(error: Exception) -> None:
    assert in_words(error) is None
