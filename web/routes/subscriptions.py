"""Subscriptions: a channel gets topics with a frequency. And the way out, for those who get mail."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from alerts.links import LinkError, read_unsubscribe
from alerts.making import subscribe
from store import channels, subscriptions, topics
from store.channels import ChannelError
from store.database import reading, writing
from store.models import Subscription, Topic
from store.subscriptions import FREQUENCIES, SubscriptionError
from store.topics import TopicError
from web.context import Context, Here, Who
from web.deciding import deciding, record
from web.templating import page, see_other

router = APIRouter(include_in_schema=False)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SAID = {"pause": "subscription paused", "resume": "subscription resumed", "end": "subscription ended"}


@router.get("/subscriptions")
def subscription_list(request: Request, here: Here) -> HTMLResponse:
    return _list(request, here)


def _list(request: Request, here: Context, **more: str) -> HTMLResponse:
    with reading(here.engine) as session:
        all_channels = channels.all_channels(session)
        names = {channel.id: channel.name for channel in all_channels}
        found = [
            (one, names.get(one.channel_id, ""), subscriptions.topics_of(session, one.id or 0))
            for one in subscriptions.all_subscriptions(session)
        ]
        all_topics = topics.all_topics(session)
    values = {
        "subscriptions": found,
        "channels": all_channels,
        "topics": all_topics,
        "frequencies": FREQUENCIES,
        "weekdays": WEEKDAYS,
        **more,
    }
    return page(request, "subscriptions.html", values, status=422 if "error" in more else 200)


@router.post("/subscriptions")
def add(
    request: Request,
    here: Here,
    visitor: Who,
    channel: Annotated[str, Form(max_length=100)] = "",
    topic: Annotated[list[str] | None, Form(max_length=100)] = None,
    frequency: Annotated[str, Form(max_length=20)] = "daily",
    at: Annotated[str, Form(max_length=5)] = "08:00",
    weekday: Annotated[int, Form(ge=0, le=6)] = 0,
) -> Response:
    try:
        wished, chosen = _wished(here, channel, topic or [])
        wished.frequency, wished.at, wished.weekday = frequency, at, weekday
        kept = subscribe(here.engine, here.settings, wished, chosen, now=here.now())
    except (SubscriptionError, ChannelError, TopicError) as error:
        return _list(request, here, error=str(error), at="channel")
    with deciding(here) as session:
        record(session, here, visitor, "subscription added", kept.id, channel=channel, topics=topic)
    return see_other("/subscriptions")


def _wished(here: Context, channel: str, names: list[str]) -> tuple[Subscription, list[Topic]]:
    with reading(here.engine) as session:
        chosen = [topics.get(session, name) for name in names]
        return Subscription(channel_id=channels.get(session, channel).id or 0), chosen


@router.post("/subscriptions/{subscription_id}/{decision}")
def decide(
    here: Here, visitor: Who, subscription_id: int, decision: Literal["pause", "resume", "end"]
) -> RedirectResponse:
    try:
        with deciding(here) as session:
            if decision == "pause":
                subscriptions.pause(session, subscription_id, None)
            elif decision == "resume":
                subscriptions.resume(session, subscription_id)
            else:
                subscriptions.end(session, subscription_id, why=f"ended by {visitor.email}", now=here.now())
            record(session, here, visitor, SAID[decision], subscription_id)
    except SubscriptionError as error:
        raise HTTPException(404, "There is no such subscription.") from error
    return see_other("/subscriptions")


@router.get("/unsubscribe/{token}")
def unsubscribe_page(request: Request, here: Here, token: str) -> HTMLResponse:
    _, _, address = _read(here, token)
    return page(request, "unsubscribe.html", {"address": address})


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, here: Here, token: str) -> HTMLResponse:
    """Also what mail programs send by one click (RFC 8058): the signed link alone is enough."""
    channel, _, address = _read(here, token)
    with writing(here.engine) as session:
        _there(session, channel)
        channels.disable_address(session, channel, address, why="unsubscribed", now=here.now())
    return page(request, "unsubscribe.html", {"address": address, "done": True})


def _there(session: Session, channel: int) -> None:
    try:
        channels.by_id(session, channel)
    except ChannelError as error:
        raise HTTPException(404, "This channel is no longer there: nothing more is sent.") from error


def _read(here: Context, token: str) -> tuple[int, int, str]:
    try:
        return read_unsubscribe(here.settings.key, token)
    except LinkError as error:
        raise HTTPException(404, "This link is not complete. Copy it whole from the mail.") from error
