"""`withdrawals`: what may have been withdrawn, decided by a person."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from reviewwatch.options import At, Json

if TYPE_CHECKING:
    from sqlmodel import Session

app = typer.Typer(help="Suspected withdrawals: hide, keep, replace or remove.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(metavar="ID", help="The number of the withdrawal.")]


@app.command("list")
def list_(
    json: Json = False,
    every: Annotated[bool, typer.Option("--all", help="The decided ones too.")] = False,
) -> None:
    """Show the suspected withdrawals that wait for a decision."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import withdrawals
    from store.database import reading

    with reading(opened().engine) as session:
        found = withdrawals.listed(session, only_open=not every)
        copies = withdrawals.hidden_as_copies(session, [one.id for one, _ in found])
        rows = [
            {
                "id": one.id,
                "publication": publication.id,
                "title": publication.title,
                "document": one.document_id,
                "newer_version": one.new_version_id is not None,
                "opened": one.opened_at,
                "decision": one.decision or None,
                "copies": copies.get(one.id or 0, []),
                "reason": one.reason,
            }
            for one, publication in found
        ]
    show(rows, as_json=json, nothing="no withdrawal waits for a decision")


@app.command("show")
def show_(withdrawal: Id, json: Json = False) -> None:
    """Show page by page which words a newer version has lost or added. It shows what is hidden: keep it to yourself."""
    from dataclasses import asdict

    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import comparison
    from store.database import reading

    with reading(opened().engine) as session:
        found = comparison.of_withdrawal(session, withdrawal)
    if not json:
        typer.echo(found.reason)
    nothing = "there is no newer version to compare with" if found.held else "nothing is held of the older version"
    show([asdict(one) for one in found.differences], as_json=json, nothing=nothing)


@app.command()
def hide(
    publication: Annotated[int, typer.Argument(metavar="PUBLICATION", help="The number of the publication.")],
    at: At = None,
) -> None:
    """Hide a publication and its copies at once, as a publisher may ask; then keep or remove them."""
    from reviewwatch.deciding import decided
    from store import withdrawals

    made = decided(
        "publication hidden",
        publication,
        at,
        lambda session, program: withdrawals.hide(session, publication, now=program.now),
        lambda withdrawal: withdrawal.publication_id,
    )
    typer.echo(f"publication {publication} is hidden; withdrawal {made.id} waits for a decision")


@app.command()
def keep(withdrawal: Id, at: At = None) -> None:
    """It was no withdrawal: what we hold may be shown again."""
    _decide("keep", "kept", withdrawal, at)


@app.command()
def replace(withdrawal: Id, at: At = None) -> None:
    """The publisher's newer version takes the older one's place, which is removed for good."""
    _decide("replace", "replaced", withdrawal, at)


@app.command()
def remove(withdrawal: Id, at: At = None) -> None:
    """Remove for good all that we hold of the publication; no source can bring it back."""
    _decide("remove", "removed", withdrawal, at)


def _decide(verb: str, done: str, key: int, at: datetime | None) -> None:
    from reviewwatch.deciding import decided
    from reviewwatch.program import COMMAND_LINE, Program
    from store import withdrawals
    from store.models import Publication

    def decision(session: "Session", program: Program) -> Publication:
        if verb == "keep":
            return withdrawals.keep(session, key, now=program.now, by=COMMAND_LINE)
        erase = withdrawals.replace if verb == "replace" else withdrawals.remove
        return erase(session, key, files=program.files, now=program.now, by=COMMAND_LINE)

    publication = decided(f"withdrawal {done}", key, at, decision, lambda publication: publication.id)
    typer.echo(f"withdrawal {key} is decided: publication {publication.id} is {publication.status}")
    if verb != "keep":
        _name_backups(at)


def _name_backups(at: datetime | None) -> None:
    """Where copies of what was just removed still are."""
    from reviewwatch.program import opened
    from store import backups
    from store.database import reading

    with reading(opened(at).engine) as session:
        found = backups.listed(session, only_with_removed=True)
    for one in found:
        typer.echo(f"backup {one.id} of {one.made_at:%Y-%m-%d} still holds it: {one.path}")
    if found:
        typer.echo(backups.ADVICE)
