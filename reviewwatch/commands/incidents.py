"""`incidents`: what is wrong with sources."""

from typing import Annotated

import typer

from reviewwatch.options import At, Json

app = typer.Typer(help="What is wrong with sources, with evidence.", no_args_is_help=True)


@app.command("list")
def list_(
    json: Json = False,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not resolved.")] = False,
) -> None:
    """Show incidents, the newest first."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import incidents
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [
            {
                "id": incident.id,
                "source": source,
                "kind": incident.kind,
                "opened": incident.opened_at,
                "resolved": incident.resolved_at,
                "evidence": incident.evidence,
            }
            for incident, source in incidents.listed(session, only_open=only_open)
        ]
    show(rows, as_json=json, nothing="there are no incidents")


@app.command()
def discard(
    incident: Annotated[int, typer.Argument(metavar="ID", help="The number of its incident.")], at: At = None
) -> None:
    """Throw the held reading away of which an incident tells: the next reading is judged as always."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import incidents, people
    from store.database import writing_archive

    program = opened(at)
    with writing_archive(program.engine) as session:
        source = incidents.source_of(session, incident)
        run = incidents.discard_held(session, source, now=program.now, by=COMMAND_LINE)
        before, after = {"held": run.held}, {"held": 0}
        what = "held reading: thrown away"
        people.record(session, COMMAND_LINE, what, source.name, now=program.now, before=before, after=after)
    typer.echo(f"what was held of {source.name} is thrown away")


@app.command()
def resolve(
    incident: Annotated[int, typer.Argument(metavar="ID", help="The number of the incident.")], at: At = None
) -> None:
    """Say that you have looked: a held reading is taken at the next reading, which is due at once."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import incidents, people
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        found = incidents.resolve(session, incident, now=program.now, by=COMMAND_LINE)
        people.record(
            session, COMMAND_LINE, "incident resolved", str(incident), now=program.now, after={"kind": found.kind}
        )
    typer.echo(f"incident {incident} is resolved")
