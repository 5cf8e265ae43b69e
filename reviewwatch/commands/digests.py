"""`digests`: what is told to whom."""

import json as json_module
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewwatch.options import At, Json

if TYPE_CHECKING:
    from alerts.render import Rendered
    from reviewwatch.program import Program
    from store.models import Delivery

app = typer.Typer(help="Digests: preview, send, look at what was sent.", no_args_is_help=True)


class Form(StrEnum):
    TEXT = "text"
    HTML = "html"
    CARD = "card"
    JSON = "json"


Format = Annotated[Form, typer.Option("--format", help="text, html, card (Teams) or json.")]


@app.command()
def preview(
    subscription: Annotated[int, typer.Argument(metavar="SUBSCRIPTION", help="The number of the subscription.")],
    form: Format = Form.TEXT,
    at: At = None,
) -> None:
    """Print the digest that the subscription would get now. Nothing is sent or stored."""
    from alerts.making import preview as rendered
    from reviewwatch.program import opened

    program = opened(at)
    typer.echo(as_printed(program, rendered(program.engine, program.settings, subscription, program.now), form))


@app.command("show")
def show_(
    number: Annotated[int, typer.Argument(metavar="N", help="The number of the digest.")],
    form: Format = Form.TEXT,
) -> None:
    """Print a digest as it was sent."""
    from alerts.making import stored
    from reviewwatch.program import opened

    program = opened()
    typer.echo(as_printed(program, stored(program.engine, program.settings, number), form))


def as_printed(program: "Program", rendered: "Rendered", form: Form) -> str:
    """One form of a digest, as its first recipient gets it: each has a link of their own to stop it."""
    from alerts.making import first_link
    from alerts.render import UNSUBSCRIBE

    own_link = first_link(program.engine, program.settings, rendered.edition.subscription)
    if form is Form.JSON:
        return json_module.dumps(rendered.edition.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    text = {
        Form.TEXT: rendered.text.rstrip("\n"),
        Form.HTML: rendered.html,
        Form.CARD: rendered.card,
    }[form]
    return text.replace(UNSUBSCRIBE, own_link)


@app.command()
def send(
    due: Annotated[bool, typer.Option("--due", help="The digests that are due (what it does anyway).")] = True,
    at: At = None,
    json: Json = False,
) -> None:
    """Make every digest that is due, and deliver all that is due."""
    from alerts.delivery import deliver_due, make_due_digests
    from reviewwatch.output import progress
    from reviewwatch.program import opened

    program = opened(at)
    waiting = _due(program)
    with progress("Sending") as note:
        numbers = make_due_digests(program.engine, program.settings, program.now)
        note(f"{len(numbers)} digests")
        deliver_due(program.engine, program.settings, program.now)
    tell([row_of(delivery) for delivery in _deliveries(program, numbers, waiting)], as_json=json)


def tell(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """What came of each delivery; exit code 1 when one did not go out."""
    from reviewwatch.output import complain, show

    show(rows, as_json=as_json, nothing="no digest is due")
    unsent = [row for row in rows if row["state"] != "accepted"]
    for row in unsent:
        reason = row["error"] or "its channel is disabled; see `channels list`"
        complain(f"digest {row['digest']} to {row['recipient']} was not sent: {reason}")
    if unsent:
        raise typer.Exit(1)


def _due(program: "Program") -> "list[Delivery]":
    """Deliveries left from earlier digests that are due."""
    from store import deliveries
    from store.database import reading

    with reading(program.engine) as session:
        return list(deliveries.due(session, program.now))


def _deliveries(program: "Program", numbers: Iterable[int], waiting: "Sequence[Delivery]") -> "list[Delivery]":
    """The deliveries of new digests, and those that waited, as they are now."""
    from store import deliveries
    from store.database import reading

    new, waited = set(numbers), {delivery.id for delivery in waiting}
    with reading(program.engine) as session:
        found = [
            delivery
            for number in sorted(new | {delivery.digest_number for delivery in waiting})
            for delivery in deliveries.of_digest(session, number)
        ]
    return [delivery for delivery in found if delivery.digest_number in new or delivery.id in waited]


def row_of(delivery: "Delivery") -> dict[str, Any]:
    return {
        "digest": delivery.digest_number,
        "state": delivery.state,
        "recipient": delivery.recipient,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at,
        "error": delivery.error or None,
    }


@app.command()
def resend(
    number: Annotated[int, typer.Argument(metavar="N", help="The number of the digest.")],
    safely: Annotated[bool, typer.Option("--safely", help="Never repeat accepted ones (what it does anyway).")] = True,
    at: At = None,
    json: Json = False,
) -> None:
    """Send a digest again to those by whom it was not accepted. Addresses that get nothing more are left out."""
    from alerts.delivery import deliver_due
    from reviewwatch.program import COMMAND_LINE, opened
    from store import deliveries, digests, people
    from store.database import reading, writing

    program = opened(at)
    with writing(program.engine) as session:
        digests.get(session, number)
        again = deliveries.send_again(session, number, now=program.now)
        people.record(session, COMMAND_LINE, "digest sent again", str(number), now=program.now, after={"to": again})
    deliver_due(program.engine, program.settings, program.now)
    with reading(program.engine) as session:
        tell([row_of(delivery) for delivery in deliveries.of_digest(session, number)], as_json=json)


@app.command()
def bounces(at: At = None) -> None:
    """Read the mails that came back: in the folder `bounces`, and in the mailbox that SMTP_URL names."""
    from alerts.bounces import read_folder, read_mailbox
    from reviewwatch.program import opened

    program = opened(at)
    count = read_folder(program.engine, program.settings, program.now)
    count += read_mailbox(program.engine, program.settings, program.now)
    typer.echo(f"{count} {'mail' if count == 1 else 'mails'} of ours came back")


@app.command("list")
def list_(
    json: Json = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 100,
) -> None:
    """Show the digests that were made: what they tell, and to whom, when and by which channel."""
    from alerts.dissemination import record
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import channels, digests
    from store.database import reading

    program = opened()
    with reading(program.engine) as session:
        named = {channel.id: channel for channel in channels.all_channels(session)}
        found = digests.all_digests(session, limit=limit)
        records = [record(session, one, named, program.settings.zone) for one in found]
    show(records if json else [in_short(one) for one in records], as_json=json, nothing="no digest has been made yet")


def in_short(record: dict[str, Any]) -> dict[str, Any]:
    """A record as a line of a table: numbers in place of publications and recipients."""
    states = Counter(one["state"] for one in record["deliveries"])
    return {
        "number": record["number"],
        "made_at": record["made_at"][:16].replace("T", " "),
        "topics": record["topics"],
        "channel": sorted({one["channel"] for one in record["deliveries"]}),
        "publications": len(record["publications"]),
        "deliveries": [f"{count} {state}" for state, count in sorted(states.items())],
    }


class Table(StrEnum):
    CSV = "csv"
    JSON = "json"


Day = Annotated[datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"])]


@app.command()
def export(
    form: Annotated[
        Table, typer.Option("--format", help="csv: a line for each publication and recipient.")
    ] = Table.CSV,
    since: Day = None,
    until: Day = None,
) -> None:
    """Print the dissemination record: what came out, who was told, when and by which channel. Both days are in it."""
    from alerts.dissemination import as_csv, records
    from reviewwatch.output import show_json
    from reviewwatch.program import moment, opened
    from store.database import reading

    program = opened()
    start = moment(program.settings, since) if since else None
    end = moment(program.settings, until + timedelta(days=1)) if until else None
    with reading(program.engine) as session:
        found = records(session, program.settings.zone, since=start, until=end)
        if form is Table.JSON:
            show_json(list(found))
            return
        for line in as_csv(found):
            typer.echo(line)
