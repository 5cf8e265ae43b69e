"""`retention` and `backups`: what is kept, for how long, and where copies of it are."""

from typing import Annotated

import typer

from reviewwatch.options import At, Json


def add_to(app: typer.Typer) -> None:
    for command in (retention, backups):
        app.command()(command)


def retention(
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Delete it. Default: only say what would go.")
    ] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SORT=MONTHS", help="How long a sort is kept, in months; 'never' deletes none."),
    ] = None,
    at: At = None,
    json: Json = False,
) -> None:
    """Say what is older than it is kept, with examples; with --apply delete it, as the worker does every night."""
    from dataclasses import asdict

    from reviewwatch.output import show
    from reviewwatch.program import COMMAND_LINE, opened
    from store import keeping, people
    from store.database import writing_archive

    program = opened(at)
    wished = [parsed(one) for one in setting or ()]
    with writing_archive(program.engine) as session:
        for sort, months in wished:
            keeping.set_months(session, sort, months)
            people.record(session, COMMAND_LINE, "retention changed", sort, now=program.now, after={"months": months})
        if apply:
            found = keeping.apply(session, program.files, now=program.now, by=COMMAND_LINE)
        else:
            found = keeping.plan(session, now=program.now)
    show([asdict(one) for one in found], as_json=json)
    if not json and not apply:
        typer.echo("nothing was deleted; --apply deletes what is counted here")


def parsed(text: str) -> tuple[str, int | None]:
    """'sign_ins=3' as a sort and its months; 'never' is None."""
    sort, _, months = text.partition("=")
    if months != "never" and not (months.isascii() and months.isdigit()):
        raise typer.BadParameter(f"{text!r}: write SORT=MONTHS or SORT=never", param_hint="--set")
    return sort.strip(), None if months == "never" else int(months)


def backups(
    deleted: Annotated[
        int | None, typer.Option("--deleted", metavar="ID", help="The file of this backup has been deleted.")
    ] = None,
    at: At = None,
    json: Json = False,
) -> None:
    """Show the backups that were written, and how many publications were removed from the archive since each."""
    from reviewwatch.output import show
    from reviewwatch.program import COMMAND_LINE, opened
    from store import backups as kept
    from store import people
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        if deleted is not None:
            row = kept.deleted(session, deleted, now=program.now)
            people.record(session, COMMAND_LINE, "backup deleted", row.path, now=program.now)
        found = kept.listed(session)
    show([one.model_dump() for one in found], as_json=json, nothing="no backup is known")
    if not json and any(one.removals for one in found):
        typer.echo(f"those with removals still hold what was removed: {kept.ADVICE}")
