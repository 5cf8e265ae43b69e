"""Digests that a reader asks for, to their own address; and the page that confirms them."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from alerts import asking
from alerts.channel_address import AddressError
from alerts.links import LinkError, read_confirm
from alerts.notifiers.base import DeliveryError
from store import people, subscriptions
from store.database import reading, writing
from store.models import Subscription
from store.subscriptions import SubscriptionError
from web.context import Context, Here, Who
from web.deciding import changing, deciding, record
from web.ids import RowId
from web.routes.subscriptions import Wishes, chosen_topics, offered, wrong_wishes
from web.templating import page, see_other
from web.words import upper_first

router = APIRouter(include_in_schema=False)
ASKED = "A mail is on its way to {}. Open the link in it within seven days: your digests begin then."


@router.get("/my-digests")
def own_list(request: Request, here: Here, visitor: Who, asked: bool = False) -> HTMLResponse:
    return _list(request, here, visitor.email, said=ASKED.format(visitor.email) if asked else "")


def _list(request: Request, here: Context, reader: str, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        own = asking.own(session, reader)
        chosen = subscriptions.topics_by_subscription(session, [one.id or 0 for one in own])
        found = [(one, chosen.get(one.id or 0, [])) for one in own]
        values = {"subscriptions": found, **offered(session)}
    return page(request, "my_digests.html", values | more)


@router.post("/my-digests")
def ask(
    request: Request,
    here: Here,
    visitor: Who,
    wishes: Wishes,
    topic: Annotated[list[str] | None, Form(max_length=100)] = None,
) -> Response:
    wished = Subscription(channel_id=0, **wishes)
    filled = {"wished": Subscription(channel_id=0, **wishes), "ticked": topic}
    errors: dict[str, str] = {}
    with reading(here.engine) as session:
        chosen = chosen_topics(session, topic, errors)
    if errors := errors | wrong_wishes(wishes):
        return _list(request, here, visitor.email, errors=errors, **filled)
    try:
        kept = asking.ask(here.engine, here.settings, visitor.email, wished, chosen, now=here.now())
    except (AddressError, SubscriptionError, DeliveryError) as error:
        return _list(request, here, visitor.email, errors={"": upper_first(str(error))}, **filled)
    with deciding(here) as session:
        record(session, here, visitor, "subscription asked for", kept.id, topics=topic)
    return see_other("/my-digests?asked=true")


@router.post("/my-digests/{subscription_id}/end")
def end(here: Here, visitor: Who, subscription_id: RowId) -> RedirectResponse:
    with deciding(here) as session:
        if subscription_id not in {one.id for one in asking.own(session, visitor.email)}:
            raise HTTPException(404, "You have no such digest.")
        one = subscriptions.get(session, subscription_id)
        with changing(session, here, visitor, "subscription ended", subscription_id, one, "ended_at", "ended_why"):
            subscriptions.end(session, subscription_id, why="ended by its reader", now=here.now())
    return see_other("/my-digests", "subscription-ended")


@router.get("/confirm/{token}")
def confirm_page(request: Request, here: Here, token: str) -> HTMLResponse:
    """Only the button confirms: programs that look at links in mails change nothing."""
    with reading(here.engine) as session:
        try:
            subscription = subscriptions.get(session, _read(here, token))
        except SubscriptionError as error:
            raise HTTPException(404, "These digests are no longer there: ask for them anew.") from error
        values = {"subscription": subscription, "topics": subscriptions.topics_of(session, subscription.id or 0)}
    return page(request, "confirm.html", values | {"done": subscription.confirmed_at is not None})


@router.post("/confirm/{token}")
def confirm(request: Request, here: Here, token: str) -> HTMLResponse:
    with writing(here.engine) as session:
        try:
            subscription = asking.confirm(session, here.settings, _read(here, token), now=here.now())
        except SubscriptionError as error:
            raise HTTPException(404, str(error).capitalize()) from error
        people.record(session, "its reader", "subscription confirmed", str(subscription.id), now=here.now())
        values = {"subscription": subscription, "topics": subscriptions.topics_of(session, subscription.id or 0)}
    return page(request, "confirm.html", values | {"done": True})


def _read(here: Context, token: str) -> int:
    try:
        return read_confirm(here.settings.key, token, now=here.now())
    except LinkError as error:
        raise HTTPException(404, str(error).capitalize()) from error
