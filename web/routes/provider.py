"""Signing in by the organisation's own provider: there, and back again."""

from dataclasses import asdict
from datetime import timedelta

import structlog
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeSerializer
from starlette.concurrency import run_in_threadpool

from config.settings import OidcSettings
from store import provider
from store.database import writing
from store.models import User
from store.people import PeopleError
from store.provider import Person
from web.context import Context, Here, Who
from web.routes.account import signed_in
from web.templating import page, safe_path, see_other

router = APIRouter(prefix="/sign-in/oidc", include_in_schema=False)
PENDING = "reviewwatch-oidc"
WITHIN = timedelta(minutes=10)
FAILED = "Signing in through your organisation did not work. Try again; if it keeps failing, tell an administrator."
log = structlog.get_logger(__name__)


@router.get("")
async def begin(request: Request, here: Here, visitor: Who, next: str = "/") -> Response:
    if visitor.user:
        return see_other(safe_path(next))
    oidc = _set_up(here)
    from web import oidc as protocol  # only now: it takes half a second

    try:
        address, pending = await protocol.begin(oidc, _back(here))
    except protocol.OidcError as error:
        return _failed(request, here, error)
    until = (here.now() + WITHIN).timestamp()
    kept = _signer(here).dumps({**asdict(pending), "next": safe_path(next), "until": until})
    answer = see_other(address)
    https = here.settings.public_url.startswith("https:")
    answer.set_cookie(PENDING, str(kept), path=router.prefix, httponly=True, samesite="lax", secure=https)
    return answer


@router.get("/back")
async def end(request: Request, here: Here) -> Response:
    oidc = _set_up(here)
    from web import oidc as protocol

    try:
        kept = _signer(here).loads(request.cookies.get(PENDING, ""))
        if kept.pop("until") <= here.now().timestamp():
            raise protocol.OidcError("it took too long")
        path = kept.pop("next")
        person = await protocol.end(oidc, _back(here), protocol.Pending(**kept), request.query_params)
        answer: Response = await run_in_threadpool(_admit, here, person, path)
    except (BadData, protocol.OidcError) as error:
        return _failed(request, here, error)
    except PeopleError as error:
        return _failed(request, here, error, said=str(error))
    answer.delete_cookie(PENDING, path=router.prefix)
    return answer


def _admit(here: Context, person: Person, path: str) -> RedirectResponse:
    with writing(here.engine) as session:
        user: User = provider.admit(session, person, now=here.now())
    return signed_in(here, user, path, here.now())


def _set_up(here: Context) -> OidcSettings:
    if here.settings.oidc is None:
        raise HTTPException(404)
    return here.settings.oidc


def _back(here: Context) -> str:
    return f"{here.settings.public_url}{router.prefix}/back"


def _failed(request: Request, here: Context, error: Exception, said: str = FAILED) -> Response:
    """The sign-in page again. Why, is for the log: it may hold what somebody else made up."""
    log.warning("sign-in by the provider failed", reason=str(error))
    answer = page(request, "sign_in.html", {"next": "/", "errors": {"provider": said}})
    answer.delete_cookie(PENDING, path=router.prefix)
    return answer


def _signer(here: Context) -> URLSafeSerializer:
    return URLSafeSerializer(here.settings.key, salt="sign-in by provider")
