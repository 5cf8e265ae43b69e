"""The command `reviewwatch`: its commands by noun, and the one place where errors become a line of words.

What a command needs is imported when it runs, so that `--help` costs nothing.
"""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from reviewwatch.commands import (
    archive,
    channels,
    crawl,
    demo,
    digests,
    incidents,
    keeping,
    matches,
    processes,
    sources,
    subscriptions,
    topics,
    upkeep,
    users,
    withdrawals,
)


class Commands(TyperGroup):
    """Says an expected error in words and ends with its code; what nobody expected stays an exception."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from reviewwatch.errors import in_words

            said = in_words(error)
            if said is None:
                raise
            typer.echo(said.text, err=True)
            raise typer.Exit(said.code) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Watches where child safeguarding practice reviews are published, keeps each once, and tells you of new ones.",
)
for module in (processes, crawl, archive, upkeep, keeping, demo):
    module.add_to(app)
for name, group in {
    "sources": sources.app,
    "matches": matches.app,
    "incidents": incidents.app,
    "withdrawals": withdrawals.app,
    "channels": channels.app,
    "topics": topics.app,
    "subscriptions": subscriptions.app,
    "digests": digests.app,
    "users": users.app,
}.items():
    app.add_typer(group, name=name)


@app.callback()
def program(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log on stderr what is being done.")] = False,
) -> None:
    if verbose:
        from reviewwatch import program

        program.log_everything()


def main() -> None:
    """Run the command that was typed."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a title may have letters that the terminal does not know
    app(prog_name="reviewwatch")
