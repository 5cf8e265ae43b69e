"""`sources`: what we watch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewwatch.options import At, Json

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.models import Source

app = typer.Typer(help="The addresses that are watched.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The source's name.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """Show every source and how it is."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import sources
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [row_of(source) for source in sources.all_sources(session)]
    show(rows, as_json=json, nothing="there are no sources: see `sources import`")


@app.command()
def show(name: Name, json: Json = False) -> None:
    """Show one source, its open incidents and what is known of it."""
    from reviewwatch.output import details, show_json
    from reviewwatch.program import opened
    from store import incidents, sources
    from store.database import reading

    with reading(opened().engine) as session:
        source = sources.by_name(session, name)
        row = row_of(source) | {
            "options": source.options,
            "note": source.note,
            "baseline_at": source.baseline_at,
            "due_at": source.due_at,
            "incidents": [f"{one.id} {one.kind}: {one.evidence}" for one in incidents.open_of(session, source)],
            **_witnessed(session, source),
        }
    show_json(row) if json else typer.echo(details(row))


def _witnessed(session: "Session", source: "Source") -> dict[str, Any]:
    """How the source stands beside the witnesses of its area: what they list, and what it does not show."""
    from store import recall

    told = recall.of_source(session, source)
    return {
        "witnessed": told.listed,
        "recall": round(told.share, 2) if told.share is not None else None,
        "delay_days": round(told.delay.total_seconds() / 86400, 1) if told.delay is not None else None,
        "questions": [f"{one.heading} ({one.witness}, {one.url})" for one in recall.questions(session, source)],
    }


def row_of(source: "Source") -> dict[str, Any]:
    """What is shown of a source."""
    return {
        "name": source.name,
        "publisher": source.publisher_id,
        "kind": source.kind,
        "role": source.role,
        "every": source.every,
        "enabled": source.enabled,
        "last_good_at": source.last_good_at,
        "failing_since": source.failing_since,
        "url": source.url,
    }


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sources.toml.")],
    at: At = None,
) -> None:
    """Take in the publishers and sources of a file: all of it, or nothing if something in it is wrong."""
    from config.sources_toml import read_sources
    from reviewwatch.program import COMMAND_LINE, opened
    from reviewwatch.seed import option_models
    from store import people, sources
    from store.database import reading, writing

    program = opened(at)
    with reading(program.engine) as session:
        known = {row.id for row in sources.export_catalogue(session).publishers}
    catalogue = read_sources(file, name=str(file), kinds=option_models(), known_publishers=known)
    with writing(program.engine) as session:
        publishers, count = sources.import_catalogue(session, catalogue, now=program.now)
        people.record(session, COMMAND_LINE, "sources imported", file.name, now=program.now, after={"sources": count})
    typer.echo(f"{publishers} publishers and {count} sources taken from {file}")


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to write; else on stdout.")] = None,
) -> None:
    """Write all publishers and sources as a sources.toml."""
    from config.sources_toml import write_sources
    from reviewwatch.program import opened
    from store import sources
    from store.database import reading

    with reading(opened().engine) as session:
        catalogue = sources.export_catalogue(session)
    text = write_sources(catalogue)
    if file is None:
        typer.echo(text, nl=False)
        return
    file.write_text(text, encoding="utf-8")
    typer.echo(f"{len(catalogue.publishers)} publishers and {len(catalogue.sources)} sources written to {file}")


@app.command()
def enable(name: Name, at: At = None) -> None:
    """Watch a source; it is read at once."""
    _set_enabled(name, True, at)


@app.command()
def disable(name: Name, at: At = None) -> None:
    """Stop watching a source; what it brought stays."""
    _set_enabled(name, False, at)


def _set_enabled(name: str, enabled: bool, at: Any) -> None:
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people, sources
    from store.database import writing

    program, word = opened(at), "enabled" if enabled else "disabled"
    with writing(program.engine) as session:
        source = sources.by_name(session, name)
        before = {"enabled": source.enabled}
        sources.set_enabled(session, source, enabled, now=program.now)
        people.record(
            session,
            COMMAND_LINE,
            f"source {word}",
            name,
            now=program.now,
            before=before,
            after={"enabled": enabled},
        )
    typer.echo(f"{name} is {word}")


@app.command()
def rewind(name: Name, json: Json = False) -> None:
    """Read the saved pages of a source again, with today's code and options: what would have been reported when."""
    from reviewwatch import rewinding
    from reviewwatch.output import show
    from reviewwatch.program import opened

    rows = rewinding.rewind(opened(), name)
    if not json:
        rows = [
            row | {name: "; ".join(value) for name, value in row.items() if isinstance(value, list)} for row in rows
        ]
    show(rows, as_json=json, nothing=f"no page of {name} is saved yet")


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="NAME_OR_URL", help="A source's name, or any address.")],
    at: At = None,
    json: Json = False,
    write: Annotated[bool, typer.Option("--write", help="Print a [[source]] block for a sources.toml.")] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FOLDER", help="Save the pages and what was found, as a test case.")
    ] = None,
) -> None:
    """Read without storing: show what would be found, what would be left out and why, and how long it took."""
    from reviewwatch import checking, saving
    from reviewwatch.output import show_json
    from reviewwatch.program import opened

    found = checking.check(opened(at), name)
    if json:
        show_json(found.as_json())
    else:
        typer.echo(found.block() if write else found.as_text())
    for path in saving.save(found.job, found.reading, save) if save and not found.reading.problem else ():
        typer.echo(f"saved {path}", err=True)
    if found.reading.problem:
        raise typer.Exit(1)
