"""Wrong input: one line that says what to do, the right exit code, no traceback, nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CommandLine, command_line

BAD_SOURCES = """
[[source]]
name = "exampleshire-reviews"
publisher = "exampleshire"
kind = "listing"
adress = "https://www.example.org/reviews"
url = "https://www.example.org/reviews"
"""


@pytest.fixture
def program(tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as found:
        yield found


def failed(program: CommandLine, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit code and what was said on stderr; nothing on stdout. An exception would be the test's."""
    program.settings |= settings
    result = program.run(*arguments)
    assert result.stdout == ""
    return result.exit_code, result.stderr


def test_a_database_that_does_not_answer(program: CommandLine) -> None:
    """As a real process."""
    result = program.process("sources", "list", DATABASE_URL="postgresql://nobody:secret@127.0.0.1:9/nothing")
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "check DATABASE_URL" in result.stderr
    assert "secret" not in result.stderr


def test_an_address_that_is_no_database(program: CommandLine) -> None:
    code, said = failed(program, "sources", "list", DATABASE_URL="mysql://example.org/x")
    assert code == 2
    assert said.startswith("DATABASE_URL: ")
    assert len(said.splitlines()) == 1


def test_a_file_that_is_no_database(program: CommandLine) -> None:
    (program.folder / "other.txt").write_text("not a database at all, but long enough to be looked at\n" * 40)
    code, said = failed(program, "sources", "list", DATABASE_URL=f"sqlite:///{program.folder}/other.txt")
    assert code == 1
    assert len(said.splitlines()) == 1
    assert "other.txt" in said


def test_a_data_folder_that_is_a_file(program: CommandLine) -> None:
    (program.folder / "taken").write_text("a file")
    code, said = failed(program, "sources", "list", REVIEWWATCH_DATA_DIR=str(program.folder / "taken"))
    assert code == 1
    assert "REVIEWWATCH_DATA_DIR" in said
    assert len(said.splitlines()) == 1


def test_a_setting_that_does_not_exist(program: CommandLine) -> None:
    code, said = failed(program, "sources", "list", REVIEWWATCH_DATADIR="x")
    assert code == 2
    assert "REVIEWWATCH_DATADIR" in said


def test_a_wrong_sources_file_is_not_taken_at_all(program: CommandLine) -> None:
    (program.folder / "sources.toml").write_text(BAD_SOURCES)
    code, said = failed(program, "sources", "import", "sources.toml")
    assert code == 2
    assert "sources.toml" in said
    assert "sources.toml:6" in said
    assert "adress" in said
    assert program.listed("sources", "list") == []


def test_help_imports_nothing_heavy(program: CommandLine) -> None:
    result = program.process("--help", PYTHONPROFILEIMPORTTIME="1")
    assert result.returncode == 0
    assert "crawl" in result.stdout
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert not imported & {"sqlmodel", "sqlalchemy", "scrapy", "fastapi", "pydantic_settings", "rich.table"}
