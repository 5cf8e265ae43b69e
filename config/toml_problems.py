"""Says what is wrong in a TOML file: every problem at once, each with its file, line and key, in plain words.

tomllib gives no line for a value, so the line is found by looking for the n-th `[[table]]` and then for the key.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Location = Sequence[str | int]
"""Where a value stands, as pydantic says it: ("options", "include", 0)."""

_TRIPLE_QUOTED = re.compile(r'("""|\'\'\').*?\1', re.DOTALL)
_TABLE = re.compile(r"""^\s*\[\[\s*["']?([\w-]+)["']?\s*\]\]""")
_ANY_TABLE = re.compile(r"""^\s*\[{1,2}\s*["']?([\w-]+)""")
_SUB_TABLE = re.compile(r"""^\s*\[{1,2}\s*[\w"'-]+\s*\.\s*["']?([\w-]+)""")
_KEY = re.compile(r"""^\s*["']?([\w-]+)["']?\s*[=.]""")
_DOTTED = re.compile(r"""^\s*[\w-]+\s*\.\s*["']?([\w-]+)["']?\s*=""")
_SYNTAX_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

_LONGEST = 500

_IN_WORDS = {
    "missing": "is missing: add it",
    "string_type": 'must be text: put it in double quotes, "like this"',
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "list_type": "must be a list: put it in square brackets",
    "date_type": "must be a day such as 2024-12-31, without quotes",
    "dict_type": "must be a table: start it with its own [header] line or use { key = value }",
    "model_type": "must be text or a table such as { name = ... }",
    "string_too_short": "is empty: fill it in or remove it",
}


class TomlError(ValueError):
    """Everything that is wrong in one file; `problems` has one line of text for each, in the order of the file."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class Problem(NamedTuple):
    """One thing that is wrong, and the line it is on (counted from 1)."""

    line: int
    text: str


class TomlFile:
    """A TOML file with its tables read, and its lines kept so that a problem can be found again.

    Raises TomlError when the text is not TOML.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        # What stands inside a multi-line text is not a key: keep only its line breaks.
        self._lines = _TRIPLE_QUOTED.sub(lambda quoted: "\n" * quoted[0].count("\n"), text).split("\n")
        self._headers = [
            (number, header[1]) for number, line in enumerate(self._lines, 1) if (header := _TABLE.match(line))
        ]
        self.tables: dict[str, Any] = self._parse(text)

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except RecursionError:
            problem = Problem(1, "is nested too deeply: use plain tables and lists")
        except ValueError as error:  # also what tomllib lets through from int() and datetime
            problem = self._syntax_problem(str(error))
        raise TomlError(self.in_order([problem]))

    def _syntax_problem(self, message: str) -> Problem:
        where = _SYNTAX_LINE.search(message)
        line = int(where[1]) if where and where[1] else max(1, len(self._lines)) if where else 1
        reason = _SYNTAX_LINE.sub("", message)
        return Problem(line, f"is not TOML: {reason}. Look at this line and the one before it")

    def line(self, table: str, index: int, location: Location = ()) -> int:
        """The line of a key in the n-th (from 0) `[[table]]`; the table's own line when the key is not written."""
        headers = [number for number, name in self._headers if name == table]
        if index >= len(headers):
            return self._outer_line(table)
        start = headers[index]
        end = min((number for number, _ in self._headers if number > start), default=len(self._lines) + 1)
        return self._find([str(part) for part in location if isinstance(part, str)], start, end)

    def _find(self, keys: list[str], start: int, end: int) -> int:
        """The line of the first key, or of the second where that has a line: in a sub-table, or as `first.second =`."""
        line = self._first(keys[:1], start, end, _KEY, _SUB_TABLE)
        inner = _KEY if _SUB_TABLE.match(self._lines[line - 1]) else _DOTTED
        return self._first(keys[1:2], line, end, inner)

    def _first(self, key: list[str], start: int, end: int, *patterns: re.Pattern[str]) -> int:
        """The first line from `start` where a pattern finds the key; `start` when there is none."""
        for number in range(start, end):
            found = (pattern.match(self._lines[number - 1]) for pattern in patterns)
            if any(hit and [hit[1]] == key for hit in found):
                return number
        return start

    def _outer_line(self, name: str) -> int:
        return self._first([name], 1, len(self._lines) + 1, _KEY, _ANY_TABLE)

    def check_tables(self, allowed: Sequence[str]) -> list[Problem]:
        """Problems of the outermost level: a table nobody reads, or one that was not written as `[[table]]`."""
        wanted = " or ".join(f"[[{name}]]" for name in allowed)
        problems = []
        for name, value in self.tables.items():
            if name not in allowed:
                problems.append(Problem(self._outer_line(name), f'key "{name}": is not known here: write {wanted}'))
            elif not _is_list_of_tables(value):
                problems.append(Problem(self._outer_line(name), f'key "{name}": must be written as [[{name}]]'))
        return problems

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The tables of that name; none when it is not a list of tables (`check_tables` says so)."""
        value = self.tables.get(table, [])
        return value if _is_list_of_tables(value) else []

    def in_order(self, problems: Iterable[Problem]) -> list[str]:
        """`FILE:LINE: what is wrong`, in the order of the file."""
        return [f"{self.name}:{line}: {_on_one_line(text)}" for line, text in sorted(problems)]


def _on_one_line(text: str) -> str:
    """What comes from the file may hold line breaks, terminal codes or a whole page: it is shown short and plain."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]} ..."


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def read_text(source: Path | str, name: str) -> str:
    """The text of a file, or the text itself. Raises TomlError when the file cannot be read."""
    if isinstance(source, str):
        return source
    try:
        return source.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise TomlError([f"{name}:1: cannot be read ({reason}): check the name of the file"]) from error
    except UnicodeDecodeError as error:
        raise TomlError([f"{name}:1: is not UTF-8 text: save it as UTF-8"]) from error


def key_problems(model: type[BaseModel], row: object, prefix: tuple[str, ...] = ()) -> list[tuple[Location, str]]:
    """What a model says about a row: its location and `key "x": what is wrong`, for each problem.

    `prefix` is where the row stands when it is part of another one: ("options",).
    """
    try:
        model.model_validate(row)
    except ValidationError as failed:
        return [_problem(model, error, prefix) for error in failed.errors()]
    return []


def _problem(model: type[BaseModel], error: ErrorDetails, prefix: tuple[str, ...]) -> tuple[Location, str]:
    location = (*prefix, *error["loc"])
    key = ".".join(part for part in location if isinstance(part, str))
    text = _in_words(model, error)
    return location, f'key "{key}": {text}' if key else text


def _in_words(model: type[BaseModel], error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = f"; known keys: {', '.join(model.model_fields)}" if len(error["loc"]) == 1 else ""
        return f"is not known here: remove it or correct its name{known}"
    if kind == "literal_error":
        return f"is {error['input']!r}: use {context['expected']}"
    if kind == "value_error":
        return str(context["error"])
    plain = error["msg"].replace("Input should", "it should")
    return _IN_WORDS.get(kind, f"is not right: {plain}")
