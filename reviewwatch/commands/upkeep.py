"""`backup`, `restore`, `doctor`: looking after an installation."""

from pathlib import Path
from typing import Annotated

import typer

from reviewwatch.options import Json


def add_to(app: typer.Typer) -> None:
    for command in (backup, restore, doctor):
        app.command()(command)


def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="Such as archive.tar.gz.")]) -> None:
    """Write the whole archive, rows and documents, into one file."""
    from reviewwatch.backup import write
    from reviewwatch.output import complain, progress
    from reviewwatch.program import opened
    from store import backups
    from store.database import writing

    program = opened()
    with progress("Writing") as note:
        done = write(program, file, note=note)
    with writing(program.engine) as session:
        backups.note(session, str(file.absolute()), made_at=program.now)
    typer.echo(f"{done.rows} rows and {done.files} documents written to {file}")
    if done.missing:
        complain(f"{done.missing} documents are missing from the store of files; see `reviewwatch doctor`")
        raise typer.Exit(1)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what is in the archive now.")] = False,
) -> None:
    """Fill an empty archive from a backup, on SQLite or Postgres."""
    from reviewwatch.backup import read
    from reviewwatch.output import progress
    from reviewwatch.program import opened

    program = opened()
    with progress("Reading") as note:
        done = read(program, file, force=force, note=note)
    typer.echo(f"{done.rows} rows and {done.files} documents restored from {file}")


def doctor(
    json: Json = False,
    sources: Annotated[
        bool, typer.Option("--sources", help="Look at every source, enabled or not, and propose what to set.")
    ] = False,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where the report on sources is written.")
    ] = Path(),
) -> None:
    """Check settings, database, files, mail server and sources; a line each."""
    if sources:
        _look_at_sources(to)
        return
    from reviewwatch.doctor import examine
    from reviewwatch.output import clean, show_json

    checks = examine()
    if json:
        show_json([{"check": check.name, "ok": check.ok, "text": check.text} for check in checks])
    else:
        for check in checks:
            typer.echo(f"{'ok   ' if check.ok else 'WRONG'}  {check.name}: {clean(check.text)}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _look_at_sources(folder: Path) -> None:
    """`doctor --sources`: needs internet, and hours for the whole catalogue: one request at a time to each site."""
    from reviewwatch import probing
    from reviewwatch.output import progress
    from reviewwatch.program import opened
    from store.database import reading
    from store.sources import export_catalogue

    program = opened()
    with progress("Looking") as note:
        probes = probing.probe_all(program, note=note)
    with reading(program.engine) as session:
        catalogue = export_catalogue(session)
    day = program.now.date().isoformat()
    for path in probing.write(probes, catalogue, folder, day):
        typer.echo(f"written: {path}")
    good = sum(bool(probe.entries) for probe in probes)
    typer.echo(f"{len(probes)} sources looked at, reviews found at {good}")
