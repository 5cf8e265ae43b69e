"""`channels`: where messages go."""

from typing import TYPE_CHECKING, Annotated

import typer

from reviewwatch.options import At, Json

if TYPE_CHECKING:
    from reviewwatch.program import Program

app = typer.Typer(help="Where messages go: mail addresses, Teams, other services.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The channel's name.")]


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
    from reviewwatch.program import opened

    program = opened(at)
    channel = alert_channels.add(
        program.engine, program.settings, name, url, now=program.now, for_administrators=administrators
    )
    _record(program, "channel added", channel.name, address=channel.shown)
    typer.echo(f"channel {channel.name}: {channel.shown}")


@app.command("list")
def list_(json: Json = False) -> None:
    """Show all channels, their addresses masked."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import channels
    from store.database import reading

    with reading(opened().engine) as session:
        silent = channels.silent(session)
        rows = [
            {
                "name": channel.name,
                "kind": channel.kind,
                "address": channel.shown,
                "for_administrators": channel.for_administrators,
                "disabled_at": channel.disabled_at,
                "disabled_why": channel.disabled_why,
                "silent": [f"{one.address}: {one.disabled_why}" for one in silent if one.channel_id == channel.id],
            }
            for channel in channels.all_channels(session)
        ]
    show(rows, as_json=json, nothing="there are no channels: see `channels add`")


@app.command()
def readdress(
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="The new address, of the same kind.")],
    at: At = None,
) -> None:
    """Give a channel another address. It is used again, and what waited goes out."""
    from alerts import channels as alert_channels
    from reviewwatch.program import opened

    program = opened(at)
    channel = alert_channels.readdress(program.engine, program.settings, name, url)
    _record(program, "channel readdressed", channel.name, address=channel.shown)
    typer.echo(f"channel {channel.name}: {channel.shown}")


@app.command()
def enable(
    name: Name,
    address: Annotated[str, typer.Option(metavar="ADDRESS", help="Only this mail address of the channel.")] = "",
    at: At = None,
) -> None:
    """Use a channel again, or one of its mail addresses that gets nothing any more."""
    from alerts import channels as alert_channels
    from reviewwatch.program import opened
    from store import channels
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        channel = channels.get(session, name)
        if address:
            alert_channels.enable_address(session, program.settings, channel, address)
        else:
            channels.enable(session, channel.id or 0)
    _record(program, "channel enabled", channel.name, address=address)
    typer.echo(f"channel {channel.name} is used again{f' for {address}' if address else ''}")


@app.command()
def disable(name: Name, at: At = None) -> None:
    """Send nothing to the channel. What is due on it waits until it is enabled."""
    from reviewwatch.program import opened
    from store import channels
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        channel = channels.get(session, name)
        channels.disable(session, channel.id or 0, why="switched off by an administrator", now=program.now)
    _record(program, "channel disabled", channel.name)
    typer.echo(f"channel {channel.name} is not used any more")


@app.command()
def rotate() -> None:
    """Encrypt all addresses under the first key of REVIEWWATCH_SECRET_KEY (`new key,old key`)."""
    from alerts import channels as alert_channels
    from reviewwatch.program import opened

    program = opened()
    count = alert_channels.rotate_secrets(program.engine, program.settings)
    _record(program, "channel addresses encrypted anew", str(count))
    typer.echo(f"{count} addresses are kept under the first key")


def _record(program: "Program", what: str, target: str, **after: str) -> None:
    from reviewwatch.program import COMMAND_LINE
    from store import people
    from store.database import writing

    with writing(program.engine) as session:
        people.record(session, COMMAND_LINE, what, target, now=program.now, after=after)


@app.command("test")
def try_out(name: Name, at: At = None) -> None:
    """Send a short message to the channel."""
    from alerts import channels as alert_channels
    from reviewwatch.program import opened

    program = opened(at)
    alert_channels.send_test(program.engine, program.settings, name, now=program.now)
    typer.echo(f"a test message was sent to {name}")
