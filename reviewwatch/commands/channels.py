"""`channels`: where messages go."""

from typing import Annotated

import typer

from reviewwatch.options import At, Json

app = typer.Typer(help="Where messages go: mail addresses, Teams, other services.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call the channel.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="mailto:a@example.org,b@example.org, or as pasted.")],
    administrators: Annotated[
        bool, typer.Option("--administrators", help="Incidents and doubtful cases are told here.")
    ] = False,
    at: At = None,
) -> None:
    """Keep a channel. Its address is stored encrypted and never shown whole."""
    from alerts import channels as alert_channels
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people
    from store.database import writing

    program = opened(at)
    channel = alert_channels.add(
        program.engine, program.settings, name, url, now=program.now, for_administrators=administrators
    )
    with writing(program.engine) as session:
        people.record(
            session, COMMAND_LINE, "channel added", channel.name, now=program.now, after={"address": channel.shown}
        )
    typer.echo(f"channel {channel.name}: {channel.shown}")


@app.command("list")
def list_(json: Json = False) -> None:
    """Show all channels, their addresses masked."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import channels
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [
            {
                "name": channel.name,
                "kind": channel.kind,
                "address": channel.shown,
                "for_administrators": channel.for_administrators,
                "disabled_at": channel.disabled_at,
                "disabled_why": channel.disabled_why,
            }
            for channel in channels.all_channels(session)
        ]
    show(rows, as_json=json, nothing="there are no channels: see `channels add`")


@app.command("test")
def try_out(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The channel's name.")],
    at: At = None,
) -> None:
    """Send a short message to the channel."""
    from alerts import channels as alert_channels
    from reviewwatch.program import opened

    program = opened(at)
    alert_channels.send_test(program.engine, program.settings, name, now=program.now)
    typer.echo(f"a test message was sent to {name}")
