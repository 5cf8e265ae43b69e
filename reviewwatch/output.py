"""What commands print: tables for people, JSON for programs, progress on a terminal."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import typer

Row = Mapping[str, Any]
WIDEST = 60


def clean(text: str) -> str:
    """The text on one line and without control characters: a heading from outside must not steer a terminal."""
    return " ".join("".join(" " if unicodedata.category(char) in ("Cc", "Cf") else char for char in text).split())


def show(rows: Sequence[Row], *, as_json: bool, nothing: str = "nothing to show") -> None:
    """A JSON array on one line, or a table with a column for each key; `nothing` when there are no rows."""
    if as_json:
        show_json(list(rows))
    elif rows:
        typer.echo(table(rows))
    else:
        typer.echo(nothing)


def show_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def table(rows: Sequence[Row]) -> str:
    """The rows as columns of text; long texts are cut, the last column is not."""
    names = list(rows[0])
    cells = [[name.replace("_", " ") for name in names], *([_cell(row[name]) for name in names] for row in rows)]
    cells = [[*(_cut(cell) for cell in line[:-1]), line[-1]] for line in cells]
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def details(row: Row) -> str:
    """One thing, a line for each key."""
    width = max(len(name) for name in row)
    return "\n".join(f"{name.replace('_', ' ').ljust(width)}  {_cell(value)}" for name, value in row.items())


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return clean(", ".join(str(one) for one in value)) or "-"
    return clean(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def complain(text: str) -> None:
    """One line on stderr."""
    typer.echo(clean(text), err=True)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A bar on stderr where it is a terminal, and nothing elsewhere. Yields what to call for each thing done."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} done"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def note(text: str) -> None:
            bar.update(task, advance=1, description=f"{what}: {_cut(clean(text))}".replace("[", "\\["))

        yield note
