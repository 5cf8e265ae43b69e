"""Settings: how long things are kept, which is safe to change, and what the operator has set on this machine."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from config.settings import Settings
from store import keeping
from store.database import reading
from store.keeping import WrongTime
from web.context import Context, Here, Visitor, Who
from web.deciding import deciding, record
from web.templating import page, see_other

router = APIRouter(prefix="/settings", include_in_schema=False)
NEVER = "never"


@router.get("")
def settings_page(request: Request, here: Here) -> HTMLResponse:
    return _page(request, here)


def _page(request: Request, here: Context, **more: str) -> HTMLResponse:
    with reading(here.engine) as session:
        found = keeping.plan(session, now=here.now())
    values = {"sorts": found, "machine": machine(here.settings), "never": NEVER, **more}
    return page(request, "settings.html", values, status=422 if "error" in more else 200)


@router.post("/keeping/{sort}")
def change_keeping(
    request: Request, here: Here, visitor: Who, sort: str, months: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """`months`: a number, or `never`. It counts from the next night on."""
    wished = months.strip().lower()
    if wished != NEVER and not wished.isdecimal():
        return _page(request, here, error=f"Write a number of months, or {NEVER}.", at=sort)
    try:
        _keep(here, visitor, sort, None if wished == NEVER else int(wished))
    except WrongTime as error:
        return _page(request, here, error=str(error).capitalize(), at=sort)
    return see_other("/settings")


def _keep(here: Context, visitor: Visitor, sort: str, months: int | None) -> None:
    with deciding(here) as session:
        former = keeping.months_of(session).get(sort)
        keeping.set_months(session, sort, months)
        before = {"months": _said(former)}
        record(session, here, visitor, "keeping time changed", sort, before=before, months=_said(months))


def _said(months: int | None) -> str:
    return NEVER if months is None else str(months)


def machine(settings: Settings) -> list[tuple[str, str]]:
    """What is set on this machine, in words; nothing that is secret."""
    mail = f"from {settings.mail_from}" if settings.smtp_url.get_secret_value() else "not set up: no mail is sent"
    organisation = "through your organisation" if settings.oidc else ""
    passwords = "" if settings.oidc_only else "with a password"
    return [
        ("Address of this archive", settings.public_url),
        ("Contact that publishers see", settings.contact or settings.public_url),
        ("Mail", mail),
        ("Signing in", " or ".join(filter(None, (organisation, passwords)))),
        ("Time zone", settings.timezone),
        ("Pause between two requests to one site", f"{settings.download_delay:g} seconds"),
        ("Addresses on private networks", "may be read" if settings.allow_private_addresses else "are refused"),
    ]
