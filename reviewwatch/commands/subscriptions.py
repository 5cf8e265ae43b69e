"""`subscriptions`: a channel gets topics with a frequency."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from reviewwatch.options import At, Json

app = typer.Typer(help="Who gets which topics, how often.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(metavar="ID", help="The number of the subscription.")]


class Frequency(StrEnum):
    IMMEDIATELY = "immediately"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@app.command()
def add(
    channel: Annotated[str, typer.Option(metavar="C", help="The channel's name.")],
    frequency: Annotated[Frequency, typer.Option(case_sensitive=False)],
    topic: Annotated[list[str] | None, typer.Option(metavar="T", help="A topic's name; may be given again.")] = None,
    time: Annotated[str, typer.Option(metavar="HH:MM", help="London time of day.")] = "08:00",
    weekday: Annotated[
        Weekday, typer.Option(case_sensitive=False, help="Weekly: on this day. Monthly: on the first such day.")
    ] = Weekday.MONDAY,
    working_days: Annotated[
        bool, typer.Option("--working-days", help="A day off moves to the next working day.")
    ] = False,
    nothing_new: Annotated[
        bool, typer.Option("--nothing-new", help="Send a note also when there is nothing new.")
    ] = False,
    region: Annotated[str, typer.Option(help="Publications of this region come first.")] = "",
    at: At = None,
) -> None:
    """Subscribe a channel to topics; what is found from now on is told."""
    from alerts.making import subscribe
    from reviewwatch.program import COMMAND_LINE, opened
    from store import channels, people, topics
    from store.database import reading, writing
    from store.models import Subscription
    from store.subscriptions import SubscriptionError

    if not topic:
        raise SubscriptionError("say what to tell: --topic NAME; `topics list` shows them, `topics add` makes one")
    program = opened(at)
    with reading(program.engine) as session:
        chosen = [topics.get(session, name) for name in topic]
        wished = Subscription(
            channel_id=channels.get(session, channel).id or 0,
            frequency=frequency.value,
            at=time,
            weekday=list(Weekday).index(weekday),
            working_days=working_days,
            nothing_new=nothing_new,
            region=region,
        )
    kept = subscribe(program.engine, program.settings, wished, chosen, now=program.now)
    with writing(program.engine) as session:
        people.record(
            session, COMMAND_LINE, "subscription added", str(kept.id), now=program.now, after={"channel": channel}
        )
    typer.echo(f"subscription {kept.id}: {', '.join(one.name for one in chosen)} to {channel}, {frequency.value}")


@app.command("list")
def list_(json: Json = False) -> None:
    """Show all subscriptions."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import channels, subscriptions
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [
            {
                "id": one.id,
                "channel": channels.by_id(session, one.channel_id).name,
                "topics": [topic.name for topic in subscriptions.topics_of(session, one.id or 0)],
                "frequency": one.frequency,
                "time": one.at,
                "weekday": list(Weekday)[one.weekday].value,
                "working_days": one.working_days,
                "paused": one.paused or one.paused_until is not None,
                "paused_until": one.paused_until,
                "left": list(subscriptions.leavers(session, one.id or 0)),
                "ended_at": one.ended_at,
                "due_at": one.due_at,
            }
            for one in subscriptions.all_subscriptions(session)
        ]
    show(rows, as_json=json, nothing="there are no subscriptions: see `subscriptions add`")


@app.command()
def pause(
    subscription: Id,
    until: Annotated[
        datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Go on by itself on this day.")
    ] = None,
    at: At = None,
) -> None:
    """Send nothing until that day, or until it is resumed. Nothing is lost: it comes in one digest."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people, subscriptions
    from store.database import writing

    program, day = opened(at), until.date() if until else None
    with writing(program.engine) as session:
        subscriptions.pause(session, subscription, day)
        people.record(session, COMMAND_LINE, "subscription paused", str(subscription), now=program.now)
    typer.echo(f"subscription {subscription} is paused {f'until {day}' if day else 'until it is resumed'}")


@app.command()
def resume(subscription: Id, at: At = None) -> None:
    """Send again."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people, subscriptions
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        subscriptions.resume(session, subscription)
        people.record(session, COMMAND_LINE, "subscription resumed", str(subscription), now=program.now)
    typer.echo(f"subscription {subscription} goes on")


@app.command()
def change(
    subscription: Id,
    frequency: Annotated[Frequency | None, typer.Option(case_sensitive=False)] = None,
    time: Annotated[str | None, typer.Option(metavar="HH:MM", help="London time of day.")] = None,
    weekday: Annotated[Weekday | None, typer.Option(case_sensitive=False)] = None,
    working_days: Annotated[bool | None, typer.Option("--working-days/--all-days")] = None,
    nothing_new: Annotated[bool | None, typer.Option("--nothing-new/--only-news")] = None,
    region: Annotated[str | None, typer.Option(help="Publications of this region come first.")] = None,
    at: At = None,
) -> None:
    """Change what is named. Nothing is lost or told twice. For other topics add a subscription."""
    from alerts import making
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people
    from store.database import writing

    wished = {
        "frequency": frequency.value if frequency else None,
        "at": time,
        "weekday": list(Weekday).index(weekday) if weekday else None,
        "working_days": working_days,
        "nothing_new": nothing_new,
        "region": region,
    }
    named = {name: value for name, value in wished.items() if value is not None}
    program = opened(at)
    with writing(program.engine) as session:
        making.change(session, program.settings, subscription, named, now=program.now)
        people.record(
            session, COMMAND_LINE, "subscription changed", str(subscription), now=program.now, after=dict(named)
        )
    typer.echo(f"subscription {subscription}: {', '.join(f'{name} {value}' for name, value in named.items())}")


@app.command()
def end(subscription: Id, at: At = None) -> None:
    """Send nothing more, for good."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people, subscriptions
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        subscriptions.end(session, subscription, why=f"ended by {COMMAND_LINE}", now=program.now)
        people.record(session, COMMAND_LINE, "subscription ended", str(subscription), now=program.now)
    typer.echo(f"subscription {subscription} is ended")
