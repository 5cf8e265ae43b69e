"""Subscriptions: a channel gets topics with a frequency. And the way out, for those who get mail."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from alerts import leaving
from alerts.leaving import Reader
from alerts.links import LinkError
from alerts.making import change as change_wishes
from alerts.making import checked_time, subscribe
from store import channels, subscriptions, topics
from store.channels import ChannelError
from store.database import reading, writing
from store.models import Subscription, Topic
from store.subscriptions import CHANGEABLE, FREQUENCIES, SubscriptionError
from store.topics import TopicError
from web.context import Context, Here, Who
from web.deciding import changing, deciding, record
from web.forms import gathered
from web.ids import RowId
from web.paging import PageNumber, paged
from web.templating import page, see_other
from web.words import upper_first

router = APIRouter(include_in_schema=False)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DONE = {"pause": "subscription-paused", "resume": "subscription-resumed", "end": "subscription-ended"}
STANDS = ("paused", "paused_until", "ended_at", "ended_why")
SAID = {"pause": "subscription paused", "resume": "subscription resumed", "end": "subscription ended"}


def wishes(
    frequency: Annotated[str, Form(max_length=20)] = "daily",
    at: Annotated[str, Form(max_length=100)] = "08:00",
    weekday: Annotated[int, Form(ge=0, le=6)] = 0,
    working_days: Annotated[str, Form(max_length=3)] = "",
    nothing_new: Annotated[str, Form(max_length=3)] = "",
    region: Annotated[str, Form(max_length=100)] = "",
) -> dict[str, Any]:
    """What is wished of a digest, by the names of `store.subscriptions.CHANGEABLE`."""
    return {
        "frequency": frequency,
        "at": at,
        "weekday": weekday,
        "working_days": working_days == "yes",
        "nothing_new": nothing_new == "yes",
        "region": region,
    }


Wishes = Annotated[dict[str, Any], Depends(wishes)]


def wrong_wishes(wished: dict[str, Any]) -> dict[str, str]:
    """What is wrong with them, by field."""
    errors: dict[str, str] = {}
    with gathered(errors, "frequency", SubscriptionError):
        subscriptions.check(Subscription(channel_id=0, **wished))
    with gathered(errors, "at", SubscriptionError):
        checked_time(wished["at"])
    return errors


def chosen_topics(session: Session, names: list[str] | None, errors: dict[str, str]) -> list[Topic]:
    """The topics of these names; that there are none, or no such one, is added to the errors."""
    if not names:
        errors["topic"] = "Choose at least one topic"
    with gathered(errors, "topic", TopicError):
        return [topics.get(session, name) for name in names or []]
    return []


def offered(session: Session) -> dict[str, Any]:
    """What the fields of a subscription let choose from."""
    return {
        "topics": topics.all_topics(session),
        "frequencies": FREQUENCIES,
        "weekdays": WEEKDAYS,
        "regions": subscriptions.regions(session),
    }


@router.get("/subscriptions")
def subscription_list(request: Request, here: Here, number: PageNumber = 1) -> HTMLResponse:
    return _list(request, here, number)


def _list(request: Request, here: Context, number: int = 1, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        all_channels = channels.all_channels(session)
        names = {channel.id: channel.name for channel in all_channels}
        part = paged(subscriptions.all_subscriptions(session), number)
        chosen = subscriptions.topics_by_subscription(session, [one.id or 0 for one in part.shown])
        found = [(one, names.get(one.channel_id, ""), chosen.get(one.id or 0, [])) for one in part.shown]
        values = {"part": part, "subscriptions": found, "channels": all_channels, **offered(session), **more}
    return page(request, "subscriptions.html", values)


@router.post("/subscriptions")
def add(
    request: Request,
    here: Here,
    visitor: Who,
    wished: Wishes,
    channel: Annotated[str, Form(max_length=100)] = "",
    topic: Annotated[list[str] | None, Form(max_length=100)] = None,
) -> Response:
    errors: dict[str, str] = {}
    subscription = Subscription(channel_id=0, **wished)
    with reading(here.engine) as session:
        with gathered(errors, "channel", ChannelError):
            subscription.channel_id = channels.get(session, channel).id or 0
        chosen = chosen_topics(session, topic, errors)
    errors |= wrong_wishes(wished)
    if errors:
        return _list(request, here, errors=errors, wished=subscription, channel=channel, ticked=topic)
    with gathered(errors, "channel", SubscriptionError):
        kept = subscribe(here.engine, here.settings, subscription, chosen, now=here.now())
    if errors:
        return _list(request, here, errors=errors, wished=subscription, channel=channel, ticked=topic)
    with deciding(here) as session:
        record(session, here, visitor, "subscription added", kept.id, channel=channel, topics=topic)
    return see_other("/subscriptions", "subscription-added")


@router.get("/subscriptions/{subscription_id}")
def change_page(request: Request, here: Here, subscription_id: RowId) -> HTMLResponse:
    return _one(request, here, subscription_id)


def _one(request: Request, here: Context, subscription_id: int, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        try:
            one = subscriptions.get(session, subscription_id)
        except SubscriptionError as missing:
            raise HTTPException(404, "There is no such subscription.") from missing
        values = {
            "one": one,
            "chosen": subscriptions.topics_of(session, subscription_id),
            "leavers": subscriptions.leavers(session, subscription_id),
            **offered(session),
        }
    return page(request, "subscription.html", {**values, "wished": one, **more})


@router.post("/subscriptions/{subscription_id}")
def change(request: Request, here: Here, visitor: Who, subscription_id: RowId, wished: Wishes) -> Response:
    if errors := wrong_wishes(wished):
        return _one(request, here, subscription_id, errors=errors, wished=Subscription(channel_id=0, **wished))
    try:
        with deciding(here) as session:
            one = subscriptions.get(session, subscription_id)
            with changing(session, here, visitor, "subscription changed", subscription_id, one, *CHANGEABLE):
                change_wishes(session, here.settings, subscription_id, wished, now=here.now())
    except SubscriptionError as error:
        return _one(request, here, subscription_id, errors={"frequency": upper_first(str(error))})
    return see_other("/subscriptions", "subscription-changed")


@router.post("/subscriptions/{subscription_id}/{decision}")
def decide(
    request: Request,
    here: Here,
    visitor: Who,
    subscription_id: RowId,
    decision: Literal["pause", "resume", "end"],
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """With `until` (YYYY-MM-DD) a pause ends by itself on that day."""
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        wrong = "Write the day until which it pauses as year, month and day, such as 2026-04-30"
        return _one(request, here, subscription_id, errors={"until": wrong})
    try:
        with deciding(here) as session:
            one = subscriptions.get(session, subscription_id)
            with changing(session, here, visitor, SAID[decision], subscription_id, one, *STANDS):
                if decision == "pause":
                    subscriptions.pause(session, subscription_id, day)
                elif decision == "resume":
                    subscriptions.resume(session, subscription_id)
                else:
                    subscriptions.end(session, subscription_id, why=f"ended by {visitor.email}", now=here.now())
    except SubscriptionError as error:
        raise HTTPException(404, "There is no such subscription.") from error
    return see_other("/subscriptions", DONE[decision])


@router.get("/unsubscribe/{token}")
def unsubscribe_page(request: Request, here: Here, token: str) -> HTMLResponse:
    with reading(here.engine) as session:
        return _way_out(request, session, _reader(session, here, token))


@router.post("/unsubscribe/{token}")
def unsubscribe(
    request: Request, here: Here, token: str, which: Annotated[Literal["this", "all"], Form()] = "this"
) -> HTMLResponse:
    """Also what mail programs send by one click (RFC 8058): the signed link is enough, and ends its own digest."""
    stop = leaving.leave_all if which == "all" else leaving.leave
    with writing(here.engine) as session:
        stop(session, here.settings, _reader(session, here, token), now=here.now())
    with reading(here.engine) as session:
        return _way_out(request, session, _reader(session, here, token))


def _way_out(request: Request, session: Session, reader: Reader) -> HTMLResponse:
    topics_ = subscriptions.topics_of(session, reader.subscription.id or 0)
    return page(request, "unsubscribe.html", {"reader": reader, "topics": topics_})


def _reader(session: Session, here: Context, token: str) -> Reader:
    try:
        return leaving.reader_of(session, here.settings, token)
    except LinkError as error:
        raise HTTPException(404, "This link is not complete. Copy it whole from the mail.") from error
    except SubscriptionError as error:
        raise HTTPException(404, "This digest is no longer there: nothing more of it is sent.") from error
