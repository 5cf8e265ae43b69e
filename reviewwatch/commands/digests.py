"""`digests`: what is told to whom."""

import json as json_module
from collections.abc import Iterable, Sequence
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
    typer.echo(as_printed(rendered(program.engine, program.settings, subscription, program.now), form))


@app.command("show")
def show_(
    number: Annotated[int, typer.Argument(metavar="N", help="The number of the digest.")],
    form: Format = Form.TEXT,
) -> None:
    """Print a digest as it was sent."""
    from alerts.making import stored
    from reviewwatch.program import opened

    program = opened()
    typer.echo(as_printed(stored(program.engine, program.settings, number), form))


def as_printed(rendered: "Rendered", form: Form) -> str:
    """One form of a digest. The text begins with the subject; each recipient has a link of their own to stop it."""
    from alerts.render import UNSUBSCRIBE

    own_link = f"{rendered.base_url}/unsubscribe/each-recipient-has-their-own"
    if form is Form.JSON:
        return json_module.dumps(rendered.edition.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    text = {
        Form.TEXT: f"{rendered.subject}\n\n{rendered.text}",
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
    from reviewwatch.output import complain, progress, show
    from reviewwatch.program import opened

    program = opened(at)
    waiting = _due(program)
    with progress("Sending") as note:
        numbers = make_due_digests(program.engine, program.settings, program.now)
        note(f"{len(numbers)} digests")
        deliver_due(program.engine, program.settings, program.now)
    rows = [row_of(delivery) for delivery in _deliveries(program, numbers, waiting)]
    show(rows, as_json=json, nothing="no digest is due")
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


@app.command("list")
def list_(
    json: Json = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 100,
) -> None:
    """Show the digests that were made."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import deliveries, digests
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [
            {
                "number": one.number,
                "subscription": one.subscription_id,
                "made_at": one.made_at,
                "period_start": one.period_start,
                "period_end": one.period_end,
                "deliveries": [
                    f"{delivery.recipient} {delivery.state}"
                    for delivery in deliveries.of_digest(session, one.number or 0)
                ],
            }
            for one in digests.all_digests(session, limit=limit)
        ]
    show(rows, as_json=json, nothing="no digest has been made yet")
