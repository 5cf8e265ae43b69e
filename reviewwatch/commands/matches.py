"""`matches`: which entries belong to one publication, decided by a person."""

from datetime import datetime
from typing import Annotated

import typer

from reviewwatch.options import At, Json

app = typer.Typer(help="Doubtful cases: is this the same review?", no_args_is_help=True)
Id = Annotated[int, typer.Argument(metavar="ID", help="The number of the match.")]


@app.command("list")
def list_(
    json: Json = False,
    every: Annotated[bool, typer.Option("--all", help="The decided ones too.")] = False,
) -> None:
    """Show the matches that wait for a decision."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import matches
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [
            {
                "id": match.id,
                "state": match.state,
                "score": match.score,
                "entry": entry.heading,
                "publication": publication.id,
                "title": publication.title,
                "reasons": [str(signal.get("reason", "")) for signal in match.signals],
            }
            for match, entry, publication in matches.listed(session, state=None if every else "proposed")
        ]
    show(rows, as_json=json, nothing="no match waits for a decision")


@app.command()
def accept(match: Id, at: At = None) -> None:
    """They are the same: the entry moves to the proposed publication."""
    _decide("accept", "accepted", match, at)


@app.command()
def reject(match: Id, at: At = None) -> None:
    """They are different, and are not proposed again."""
    _decide("reject", "rejected", match, at)


@app.command()
def undo(match: Id, at: At = None) -> None:
    """Back to the state before the decision."""
    _decide("undo", "undone", match, at)


def _decide(verb: str, done: str, key: int, at: datetime | None) -> None:
    from reviewwatch.deciding import decided
    from reviewwatch.program import COMMAND_LINE
    from store import matches

    decision = {"accept": matches.accept, "reject": matches.reject, "undo": matches.undo}[verb]
    decided(
        f"match {done}",
        key,
        at,
        lambda session, program: decision(session, key, now=program.now, by=COMMAND_LINE),
        lambda match: match.publication_id,
    )
    typer.echo(f"match {key} is {done}")
