"""Pages: one Jinja environment with govuk-frontend's components, everything escaped."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

from config.settings import Settings
from store.people import form_token
from web import assets, words
from web.access import COOKIE, TOKEN_FIELD
from web.context import Context, context_of, visitor_of

FOLDER = Path(__file__).parent
DIST = FOLDER / "static" / "dist"


def environment(settings: Settings) -> Environment:
    """`ChainableUndefined` and the prefix are what govuk-frontend-jinja's components expect."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(FOLDER / "templates"), govuk]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.filters(settings.zone))
    made.globals.update(
        built=(DIST / "site.css").is_file(),
        asset=assets.address,
        field=TOKEN_FIELD,
        by_provider=bool(settings.oidc_issuer),
        by_password=not settings.oidc_only,
    )
    return made


def page(request: Request, template: str, values: Mapping[str, Any] | None = None, status: int = 0) -> HTMLResponse:
    """The template as an answer. Gives a visitor without a session a cookie, so that its forms can carry a token.

    `errors` in the values: what is wrong with a form, by the id of its field, in the page's order; the status is then
    422. `said`: what was done, in a sentence; without it what the address says was done (see `see_other`).
    """
    values = values or {}
    context, visitor = context_of(request), visitor_of(request)
    kept = visitor.cookie or request.cookies.get(COOKIE, "")  # the guard has not run where there is no such page
    cookie = kept or secrets.token_urlsafe(32)
    always = {
        "visitor": visitor,
        "nonce": request.state.nonce,
        "token": form_token(context.settings.key, cookie),
        "path": request.url.path,
        "said": values.get("said") or words.DONE.get(request.query_params.get("done", ""), ""),
    }
    html = context.templates.get_template(template).render({**values, **always})
    answer = HTMLResponse(html, status_code=status or (422 if values.get("errors") else 200))
    if not kept:
        set_cookie(answer, context, cookie)
    return answer


def see_other(path: str, done: str = "") -> RedirectResponse:
    """To another page of ours, which says what was `done`: a key of `words.DONE`."""
    return RedirectResponse(f"{path}?done={done}" if done else path, status_code=303)


def set_cookie(answer: HTMLResponse | RedirectResponse, context: Context, value: str) -> None:
    https = context.settings.public_url.startswith("https:")
    answer.set_cookie(COOKIE, value, path="/", httponly=True, samesite="lax", secure=https)


def safe_path(wanted: str) -> str:
    """Where to go after signing in: a path of ours, never another site's address."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if inside and "\\" not in wanted else "/"
