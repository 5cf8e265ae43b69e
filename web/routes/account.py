"""Signing in and out, passwords, API tokens."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from store import passwords, people
from store.database import reading, writing, writing_archive
from store.models import User
from store.people import PeopleError
from web.access import COOKIE
from web.context import Context, Here, Who
from web.ids import RowId
from web.templating import page, safe_path, see_other, set_cookie
from web.words import upper_first

router = APIRouter(include_in_schema=False)
WRONG = "The email address or password is not right, or there were too many wrong tries. Try again, or wait 15 minutes."
VOID_LINK = "This link has been used or is too old. Ask an administrator for a new one."


@router.get("/sign-in")
def sign_in_page(request: Request, visitor: Who, next: str = "/") -> Response:
    if visitor.user:
        return see_other(safe_path(next))
    return page(request, "sign_in.html", {"next": safe_path(next)})


@router.post("/sign-in")
def sign_in(
    request: Request,
    here: Here,
    email: Annotated[str, Form(max_length=300)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    _passwords_are_used(here)
    now = here.now()
    with reading(here.engine) as session:
        user = people.find_user(session, email)
    fits = passwords.fits(user.password_hash if user else "", password) and people.may_try(user, now)
    if user and fits:
        return signed_in(here, user, safe_path(next), now)
    if user:
        _count_failure(here, user, now)
    values = {"next": safe_path(next), "email": email, "errors": {"email": WRONG}}
    return page(request, "sign_in.html", values)


def _passwords_are_used(here: Context) -> None:
    if here.settings.oidc_only:
        raise HTTPException(403, "Passwords are switched off here. Sign in through your organisation.")


def _count_failure(here: Context, user: User, now: datetime) -> None:
    with writing(here.engine) as session:
        people.count_failure(session, people.user_by_id(session, user.id or 0), now=now)


def signed_in(here: Context, user: User, path: str, now: datetime) -> RedirectResponse:
    """A new session with a new cookie: one that was there before is worth nothing."""
    with writing(here.engine) as session:
        value = _session_of(session, people.user_by_id(session, user.id or 0), now)
    return _with_cookie(here, value, path)


def _session_of(session: Session, user: User, now: datetime) -> str:
    people.record(session, user.email, "signed in", now=now)
    return people.sign_in(session, user, now=now)


def _with_cookie(here: Context, value: str, path: str) -> RedirectResponse:
    answer = see_other(path)
    set_cookie(answer, here, value)
    return answer


@router.get("/sign-in/link/{token}")
def link_page(request: Request, here: Here, token: str) -> HTMLResponse:
    """Only the button signs in: programs that look at links in mails use nothing up."""
    with reading(here.engine) as session:
        user = people.user_of_link(session, here.settings, token, now=here.now())
    if user is None:
        raise HTTPException(404, VOID_LINK)
    return page(request, "sign_in_link.html", {"email": user.email})


@router.post("/sign-in/link/{token}")
def use_link(here: Here, token: str) -> RedirectResponse:
    """Looked at and used in one transaction, one after the other: of two requests at once one comes too late."""
    now = here.now()
    with writing_archive(here.engine) as session:
        user = people.user_of_link(session, here.settings, token, now=now)
        if user is None:
            raise HTTPException(404, VOID_LINK)
        value = _session_of(session, user, now)
    return _with_cookie(here, value, "/account")


@router.post("/sign-out")
def sign_out(here: Here, visitor: Who) -> RedirectResponse:
    with writing(here.engine) as session:
        people.sign_out(session, visitor.cookie)
    answer = see_other("/sign-in", "signed-out")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/account")
def account_page(request: Request, here: Here, visitor: Who) -> HTMLResponse:
    return _account(request, here, visitor.user)


def _account(request: Request, here: Context, user: User | None, **more: Any) -> HTMLResponse:
    if user is None:
        raise HTTPException(404)
    with reading(here.engine) as session:
        tokens = people.tokens_of(session, user)
    values = {"tokens": tokens, "has_password": bool(user.password_hash), **more}
    return page(request, "account.html", values)


@router.post("/account/password")
def change_password(
    request: Request,
    here: Here,
    visitor: Who,
    new: Annotated[str, Form(max_length=1000)] = "",
    old: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    _passwords_are_used(here)
    if visitor.user is None:
        raise HTTPException(404)
    errors: dict[str, str] = {}
    if visitor.user.password_hash and not passwords.fits(visitor.user.password_hash, old):
        errors["old"] = "The present password is not right"
    if problem := passwords.problem(new, visitor.email):
        errors["new"] = problem
    if errors:
        return _account(request, here, visitor.user, errors=errors)
    made = passwords.hashed(new)
    now = here.now()
    with writing(here.engine) as session:
        user = people.user_by_id(session, visitor.user.id or 0)
        user.password_hash = made
        people.sign_out_everywhere(session, user)
        people.record(session, user.email, "password changed", user.email, now=now)
    return signed_in(here, user, "/account?done=password", now)


@router.post("/account/sessions/end")
def end_sessions(here: Here, visitor: Who) -> RedirectResponse:
    """Sign out on every machine, this one included."""
    if visitor.user is None:
        raise HTTPException(404)
    with writing(here.engine) as session:
        people.sign_out_everywhere(session, visitor.user)
        people.record(session, visitor.email, "signed out everywhere", visitor.email, now=here.now())
    return see_other("/sign-in", "signed-out-everywhere")


@router.post("/account/tokens")
def add_token(
    request: Request, here: Here, visitor: Who, name: Annotated[str, Form(max_length=100)] = ""
) -> HTMLResponse:
    if visitor.user is None:
        raise HTTPException(404)
    try:
        with writing(here.engine) as session:
            made = people.make_token(session, visitor.user, name, now=here.now())
            people.record(session, visitor.email, "token made", name, now=here.now())
    except PeopleError as error:
        return _account(request, here, visitor.user, errors={"name": upper_first(str(error))})
    return _account(request, here, visitor.user, made=made)


@router.post("/account/tokens/{token_id}/end")
def end_token(here: Here, visitor: Who, token_id: RowId) -> RedirectResponse:
    if visitor.user is None:
        raise HTTPException(404)
    try:
        with writing(here.engine) as session:
            token = people.end_token(session, visitor.user, token_id, now=here.now())
            before, after = {"it works": "yes"}, {"it works": "no"}
            people.record(session, visitor.email, "token ended", token.name, now=here.now(), before=before, after=after)
    except PeopleError as error:
        raise HTTPException(404, str(error)) from error
    return see_other("/account", "token-ended")
