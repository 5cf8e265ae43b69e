"""sources.toml: the publishers we know and the addresses we watch, read and written (design.md, section 6).

A file is taken whole or not at all. Every problem is found in one go and named with its file, line and key.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config.source_rows import Alias, Catalogue, PublisherRow, Row, SourceRow, parse_every
from config.toml_problems import Location, Problem, TomlError, TomlFile, key_problems, read_text

__all__ = [
    "PACKAGED",
    "Alias",
    "Catalogue",
    "Kinds",
    "PublisherRow",
    "SourceRow",
    "SourcesError",
    "parse_every",
    "read_catalogue",
    "read_sources",
    "write_sources",
]

PACKAGED = Path(__file__).parent / "catalogue"
"""The folder of the catalogue that comes with reviewwatch."""

Kinds = Mapping[str, type[BaseModel]]
"""The kinds of source and the model of each kind's options, given by the caller: config knows no spiders."""


class SourcesError(TomlError):
    """What is wrong in a sources.toml: a line for each problem, and nothing was taken from the file."""


def read_sources(
    path_or_text: Path | str, *, name: str, kinds: Kinds, known_publishers: Collection[str] = ()
) -> Catalogue:
    """Read a sources.toml from a path, or from its text.

    `name` is what messages call the file. A source may name a publisher of the file or one of `known_publishers`.
    Raises SourcesError with every problem found; nothing is taken from a file that has one.
    """
    try:
        file = TomlFile(name, read_text(path_or_text, name))
    except TomlError as error:
        raise SourcesError(error.problems) from error
    publishers, sources = file.rows("publisher"), file.rows("source")
    ids = {row["id"] for row in publishers if isinstance(row.get("id"), str)} | set(known_publishers)
    problems = [
        *file.check_tables(["publisher", "source"]),
        *_publisher_problems(file, publishers, ids),
        *_source_problems(file, sources, ids, kinds),
    ]
    if problems:
        raise SourcesError(file.in_order(problems))
    return Catalogue(
        publishers=[PublisherRow.model_validate(row) for row in publishers],
        sources=[SourceRow.model_validate(row | {"options": _options(row, kinds)}) for row in sources],
    )


def read_catalogue(kinds: Kinds, folder: Path = PACKAGED) -> Catalogue:
    """The catalogue of a folder: every *.toml in it, in the order of their names. Raises SourcesError."""
    publishers: list[PublisherRow] = []
    sources: list[SourceRow] = []
    for path in sorted(folder.glob("*.toml")):
        known = {row.id for row in publishers}
        part = read_sources(path, name=path.name, kinds=kinds, known_publishers=known)
        publishers += part.publishers
        sources += part.sources
    return Catalogue(publishers=publishers, sources=sources)


def _options(row: dict[str, Any], kinds: Kinds) -> dict[str, Any]:
    """What was written in the options, as the kind's model understood it."""
    checked = kinds[row["kind"]].model_validate(row.get("options", {}))
    return checked.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def _publisher_problems(file: TomlFile, rows: list[dict[str, Any]], ids: Collection[str]) -> Iterator[Problem]:
    for index, row in enumerate(rows):
        who = _who("publisher", row.get("id"), index)
        for location, text in key_problems(PublisherRow, row):
            yield Problem(file.line("publisher", index, location), f"{who}: {text}")
        for successor in _texts(row.get("successors")):
            if successor not in ids or successor == row.get("id"):
                line = file.line("publisher", index, ["successors"])
                text = f"{successor!r} is not the id of another publisher: add that publisher or correct the id"
                yield Problem(line, f'{who}: key "successors": {text}')
    yield from _twice(file, "publisher", "id", rows)


def _source_problems(
    file: TomlFile, rows: list[dict[str, Any]], ids: Collection[str], kinds: Kinds
) -> Iterator[Problem]:
    for index, row in enumerate(rows):
        who = _who("source", row.get("name"), index)
        for location, text in [*key_problems(SourceRow, row), *_kind_problems(row, kinds)]:
            yield Problem(file.line("source", index, location), f"{who}: {text}")
        publisher = row.get("publisher")
        if isinstance(publisher, str) and publisher not in ids:
            line = file.line("source", index, ["publisher"])
            text = f"no publisher has the id {publisher!r}: add a [[publisher]] or correct the id"
            yield Problem(line, f'{who}: key "publisher": {text}')
    yield from _twice(file, "source", "name", rows)


def _kind_problems(row: dict[str, Any], kinds: Kinds) -> Iterator[tuple[Location, str]]:
    kind, options = row.get("kind"), row.get("options", {})
    if not isinstance(kind, str) or not isinstance(options, dict):
        return  # the row's own check has said so
    if kind not in kinds:
        yield ["kind"], f'key "kind": is {kind!r}: use one of {", ".join(sorted(kinds))}'
        return
    yield from key_problems(kinds[kind], options, prefix=("options",))


def _twice(file: TomlFile, table: str, key: str, rows: list[dict[str, Any]]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        value = row.get(key)
        if not isinstance(value, str):
            continue
        line = file.line(table, index, [key])
        if value in first:
            text = f"is already used on line {first[value]}: choose another"
            yield Problem(line, f'{_who(table, value, index)}: key "{key}": {text}')
        first.setdefault(value, line)


def _who(table: str, name: object, index: int) -> str:
    return f'{table} "{name}"' if isinstance(name, str) and name else f"{table} number {index + 1}"


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def write_sources(catalogue: Catalogue) -> str:
    """The catalogue as TOML that `read_sources` reads back equal; what stands at its default is left out."""
    tables = [_table("publisher", row) for row in catalogue.publishers]
    tables += [_table("source", row) for row in catalogue.sources]
    return "\n".join(tables)


_LONG = 100
_READING_ORDER = [
    *("id", "name", "short", "publisher", "aliases", "kind", "region", "nation", "url", "role", "every", "enabled"),
    *("note", "successors", "valid_from", "valid_to", "home", "domains", "retention_months"),
]


def _table(header: str, row: Row) -> str:
    values = row.model_dump(exclude_defaults=True)
    options = values.pop("options", {})
    ordered = sorted(values, key=_READING_ORDER.index)
    lines = [f"[[{header}]]", *(f"{key} = {_written(key, values[key])}" for key in ordered)]
    if options:
        lines += [f"[{header}.options]", *_pairs(options)]
    return "".join(f"{line}\n" for line in lines)


def _written(key: str, value: Any) -> str:
    """A value of a row; a long list has a line for each of its values."""
    if key == "aliases":
        value = [_short_alias(alias) for alias in value]
    line = _value(value)
    if isinstance(value, list) and len(line) > _LONG:
        return "".join(["[\n", *(f"    {_value(each)},\n" for each in value), "]"])
    return line


def _short_alias(alias: dict[str, Any]) -> Any:
    given = {key: alias[key] for key in ("name", "valid_from", "valid_to") if alias.get(key) is not None}
    return given if len(given) > 1 else given["name"]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_pairs(value))} }}" if value else "{}"
    return str(value)  # whole and decimal numbers, days


def _pairs(table: Mapping[str, Any]) -> Iterable[str]:
    return (f"{_bare(key)} = {_value(value)}" for key, value in table.items())


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def _quoted(text: str) -> str:
    """A pattern's backslashes stay readable in single quotes; everything else goes in double quotes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = (
        _ESCAPES.get(char) or (char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}") for char in text
    )
    return f'"{"".join(escaped)}"'


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
