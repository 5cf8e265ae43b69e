"""Who may do what: one table of all routes, one dependency that holds every request against it."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request

from config.settings import Settings
from store import people
from store.database import reading, writing
from web.context import Context, Visitor, context_of

COOKIE = "reviewwatch"
TOKEN_FIELD = "form_token"
OUT_OF_DATE = "This form is out of date. Go back, reload the page and send it again."
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(StrEnum):
    OPEN = "open"
    LINK = "link"
    """Whoever has the signed link: it says who they are, so the form needs no token (RFC 8058 sends none)."""
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


OPEN, LINK, STAFF, ADMINISTRATOR = Access

ROUTES: dict[str, Access] = {
    "/health": OPEN,
    "/for-publishers": OPEN,
    "/sign-in": OPEN,
    "/sign-in/link/{token}": OPEN,
    "/sign-in/oidc": OPEN,
    "/sign-in/oidc/back": OPEN,
    "/unsubscribe/{token}": LINK,
    "/confirm/{token}": LINK,
    "/sign-out": STAFF,
    "/account": STAFF,
    "/account/password": STAFF,
    "/account/tokens": STAFF,
    "/account/tokens/{token_id}/end": STAFF,
    "/account/sessions/end": STAFF,
    "/": STAFF,
    "/search.{form}": STAFF,
    "/publications/{publication_id}": STAFF,
    "/publications/{publication_id}/briefing.docx": STAFF,
    "/publications/{publication_id}/mark": STAFF,
    "/publications/{publication_id}/hide": ADMINISTRATOR,
    "/documents/{version_id}": STAFF,
    "/lessons": STAFF,
    "/lessons.{form}": STAFF,
    "/trends": STAFF,
    "/digests": STAFF,
    "/digests/{number}": STAFF,
    "/digests/record.csv": ADMINISTRATOR,
    "/my-digests": STAFF,
    "/my-digests/{subscription_id}/end": STAFF,
    "/topics": STAFF,
    "/topics/{slug}.atom": STAFF,
    "/topics/{slug}/remove": ADMINISTRATOR,
    "/api/v1/openapi.json": STAFF,
    "/api/v1/publications": STAFF,
    "/api/v1/publications/{publication_id}": STAFF,
    "/api/v1/changes": STAFF,
    "/api/v1/lessons": STAFF,
    "/api/v1/labels": STAFF,
    "/api/v1/sources": STAFF,
    "/metrics": STAFF,
    "/desk": ADMINISTRATOR,
    "/sources": ADMINISTRATOR,
    "/sources/new": ADMINISTRATOR,
    "/sources/{name}": ADMINISTRATOR,
    "/sources/{name}/enable": ADMINISTRATOR,
    "/sources/{name}/disable": ADMINISTRATOR,
    "/sources/{name}/read": ADMINISTRATOR,
    "/sources/{name}/edit": ADMINISTRATOR,
    "/sources/{name}/readings": ADMINISTRATOR,
    "/sources/{name}/pages": ADMINISTRATOR,
    "/sources/{name}/pages/{page_id}": ADMINISTRATOR,
    "/sources/{name}/pages/{page_id}/file": ADMINISTRATOR,
    "/sources/{name}/rewind": ADMINISTRATOR,
    "/held": ADMINISTRATOR,
    "/held/{name}/{decision}": ADMINISTRATOR,
    "/questions": ADMINISTRATOR,
    "/questions/{entry_id}": ADMINISTRATOR,
    "/incidents": ADMINISTRATOR,
    "/incidents/{incident_id}/page": ADMINISTRATOR,
    "/incidents/{incident_id}/file": ADMINISTRATOR,
    "/incidents/{incident_id}/resolve": ADMINISTRATOR,
    "/matches": ADMINISTRATOR,
    "/matches/{match_id}/{decision}": ADMINISTRATOR,
    "/withdrawals": ADMINISTRATOR,
    "/withdrawals/{withdrawal_id}": ADMINISTRATOR,
    "/withdrawals/{withdrawal_id}/{decision}": ADMINISTRATOR,
    "/channels": ADMINISTRATOR,
    "/channels/{channel_id}/test": ADMINISTRATOR,
    "/channels/{channel_id}/address": ADMINISTRATOR,
    "/channels/{channel_id}/address/enable": ADMINISTRATOR,
    "/channels/{channel_id}/{decision}": ADMINISTRATOR,
    "/subscriptions": ADMINISTRATOR,
    "/subscriptions/{subscription_id}": ADMINISTRATOR,
    "/subscriptions/{subscription_id}/{decision}": ADMINISTRATOR,
    "/users": ADMINISTRATOR,
    "/users/{user_id}/link": ADMINISTRATOR,
    "/users/{user_id}/role": ADMINISTRATOR,
    "/users/{user_id}/team": ADMINISTRATOR,
    "/users/{user_id}/disable": ADMINISTRATOR,
    "/users/{user_id}/enable": ADMINISTRATOR,
    "/settings": ADMINISTRATOR,
    "/retention": ADMINISTRATOR,
    "/retention/{sort}": ADMINISTRATOR,
    "/retention/backups/{backup_id}": ADMINISTRATOR,
    "/audit": ADMINISTRATOR,
}


class SignInNeeded(Exception):
    """Nobody is signed in: a page sends them to sign in, the API says 401."""


class SendAgain(Exception):
    """A form of ours came under another session than it was made for, or under none: it may be sent once more."""


async def sent_token(request: Request) -> str:
    """The form's own token, where a form was sent; the rest of it is kept as `request.state.typed`, in its order."""
    if request.method in SAFE or "form" not in request.headers.get("content-type", ""):
        return ""
    form = await request.form()
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    request.state.typed = [(name, value) for name, value in texts if name != TOKEN_FIELD]
    token = form.get(TOKEN_FIELD, "")
    return token if isinstance(token, str) else ""


def guard(request: Request, token: Annotated[str, Depends(sent_token)]) -> None:
    """Before every route: who asks, may they, and did the form come from us. A route not in the table is shut."""
    context = context_of(request)
    visitor = _visitor(request, context)
    request.state.visitor = visitor
    needed = ROUTES.get(request.scope["route"].path)
    is_form = request.method not in SAFE and not visitor.by_token
    try:
        permit(visitor, needed)
    except SignInNeeded:
        if is_form and _comes_from_us(request, context.settings):
            raise SendAgain from None
        raise
    if is_form and needed is not LINK:
        check_form(request, visitor, token, context.settings)


def permit(visitor: Visitor, needed: Access | None) -> None:
    if needed is None:
        raise HTTPException(404)
    if needed in (OPEN, LINK):
        return
    if visitor.user is None:
        raise SignInNeeded
    if needed is ADMINISTRATOR and not visitor.administrator:
        raise HTTPException(403, "This page is for administrators.")


def check_form(request: Request, visitor: Visitor, token: str, settings: Settings) -> None:
    """Refuse what another site sent (the browser says so), and what carries no token of this session."""
    ours = visitor.cookie and people.form_token_fits(settings.key, visitor.cookie, token)
    if not ours and _comes_from_us(request, settings):
        raise SendAgain
    if not ours or _comes_from_elsewhere(request, settings):
        raise HTTPException(403, OUT_OF_DATE)


def _comes_from_us(request: Request, settings: Settings) -> bool:
    """The browser says so: every one of these years does, and no page of another site can make it."""
    said = {"origin", "sec-fetch-site"} & set(request.headers)
    return bool(said) and not _comes_from_elsewhere(request, settings)


def _comes_from_elsewhere(request: Request, settings: Settings) -> bool:
    """Browsers send at least one of these headers with a form; other programs none."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    ours = (request.headers.get("host"), urlsplit(settings.public_url).netloc)  # a proxy may not pass the first on
    return origin is not None and _host_of(origin) not in ours


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _visitor(request: Request, context: Context) -> Visitor:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    now = context.now()
    if scheme.lower() == "bearer":
        return _by_token(context, value.strip())
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        return Visitor()
    with reading(context.engine) as session:
        user = people.user_of_session(session, cookie, now=now)
        stale = user is not None and people.needs_seen(session, cookie, now=now)
    if stale:
        with writing(context.engine) as session:
            people.note_seen(session, cookie, now=now)
    return Visitor(user, cookie)


def _by_token(context: Context, value: str) -> Visitor:
    with reading(context.engine) as session:
        return Visitor(people.user_of_token(session, value), by_token=True)
