"""Channels: where messages go. Their addresses are shown masked; they may hold passwords."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from alerts import channel_address
from alerts.channel_address import AddressError, masked_mailbox
from alerts.channels import add as add_channel
from alerts.channels import enable_address, send_test
from alerts.channels import readdress as readdress_channel
from alerts.notifiers.base import DeliveryError
from alerts.secrets import SecretError
from store import channels
from store.channels import ChannelError
from store.database import reading
from store.models import Channel
from web.context import Context, Here, Who
from web.deciding import changing, deciding, noted, record
from web.forms import gathered
from web.ids import RowId
from web.paging import PageNumber, paged
from web.templating import page, see_other

router = APIRouter(prefix="/channels", include_in_schema=False)
OFF = ("disabled_at", "disabled_why")


@router.get("")
def channel_list(request: Request, here: Here, number: PageNumber = 1) -> HTMLResponse:
    return _list(request, here, number)


def _list(request: Request, here: Context, number: int = 1, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        found = paged(channels.all_channels(session), number)
        values = {"channels": found, "silent": channels.silent(session)}
    return page(request, "channels.html", {**values, **more})


@router.post("")
def add(
    request: Request,
    here: Here,
    visitor: Who,
    name: Annotated[str, Form(max_length=100)] = "",
    address: Annotated[str, Form(max_length=20_000)] = "",
    for_administrators: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    wished = for_administrators == "yes"
    errors: dict[str, str] = {}
    pasted = _as_address(address)
    with reading(here.engine) as session, gathered(errors, "name", ChannelError):
        channels.check_name(session, name)
    with gathered(errors, "address", AddressError):
        channel_address.parse(pasted)
    if not errors:
        with gathered(errors, "name", ChannelError):
            made = add_channel(here.engine, here.settings, name, pasted, now=here.now(), for_administrators=wished)
            with deciding(here) as session:
                record(session, here, visitor, "channel added", made.name, kind=made.kind, address=made.shown)
            return see_other("/channels", "channel-added")
    return _list(request, here, errors=errors, name=name, address=address, for_administrators=wished)


@router.post("/{channel_id}/test")
def test(request: Request, here: Here, visitor: Who, channel_id: RowId) -> HTMLResponse:
    """Send a short message now, and say what came of it."""
    with reading(here.engine) as session:
        name = _there(session, channel_id).name
    try:
        send_test(here.engine, here.settings, name, now=here.now())
    except (ChannelError, SecretError, DeliveryError) as error:
        return _list(request, here, errors={"": f"The test message to {name} could not be sent: {error}"})
    with deciding(here) as session:
        record(session, here, visitor, "channel tested", name)
    return _list(request, here, said=f"The test message to {name} was taken. Look whether it has arrived.")


@router.post("/{channel_id}/address")
def readdress(
    request: Request,
    here: Here,
    visitor: Who,
    channel_id: RowId,
    address: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    with reading(here.engine) as session:
        former = _there(session, channel_id)
    name = former.name
    try:
        changed = readdress_channel(here.engine, here.settings, name, _as_address(address))
    except (AddressError, ChannelError) as error:
        return _list(request, here, errors={f"address-{channel_id}": f"{name} keeps its address: {error}"})
    with deciding(here) as session:
        before = noted(former, "shown", *OFF)
        record(session, here, visitor, "channel readdressed", name, before=before, **noted(changed, "shown", *OFF))
    return see_other("/channels", "channel-address")


@router.post("/{channel_id}/address/enable")
def enable_one(
    here: Here, visitor: Who, channel_id: RowId, address: Annotated[str, Form(max_length=320)] = ""
) -> RedirectResponse:
    """Send to a mail address again that was given up."""
    with deciding(here) as session:
        channel = _there(session, channel_id)
        try:
            enable_address(session, here.settings, channel, address)
        except (ChannelError, SecretError) as error:
            raise HTTPException(409, str(error)) from error
        what, before = f"{channel.name}: {masked_mailbox(address)}", {"gets digests": "no"}
        record(session, here, visitor, "address enabled", what, before=before, **{"gets digests": "yes"})
    return see_other("/channels", "address-on")


@router.post("/{channel_id}/{decision}")
def decide(here: Here, visitor: Who, channel_id: RowId, decision: Literal["enable", "disable"]) -> RedirectResponse:
    with deciding(here) as session:
        channel = _there(session, channel_id)
        with changing(session, here, visitor, f"channel {decision}d", channel.name, channel, *OFF):
            if decision == "enable":
                channels.enable(session, channel_id)
            else:
                channels.disable(session, channel_id, why=f"switched off by {visitor.email}", now=here.now())
    return see_other("/channels", f"channel-{decision}d")


def _as_address(text: str) -> str:
    """Mail addresses as people write them, with commas or semicolons, as an address of a channel."""
    names = [one.strip() for one in re.split(r"[,;\s]+", text.strip()) if one]
    return f"mailto:{','.join(names)}" if names and ":" not in text and "@" in text else text


def _there(session: Session, channel_id: int) -> Channel:
    try:
        return channels.by_id(session, channel_id)
    except ChannelError as error:
        raise HTTPException(404, "There is no such channel.") from error
