"""`demo`: the whole of it offline, with sample publishers."""

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the timeline has been played.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Where to serve the web app.")] = None,
) -> None:
    """Play some days of sample publishers offline, then serve the web app."""
    from reviewwatch.demo import run

    raise typer.Exit(run(once=once, port=port))
