"""What went wrong, as a page for people and as problem+json (RFC 9457) for programs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from store.files import FilesError
from web.access import OUT_OF_DATE, SendAgain, SignInNeeded
from web.context import visitor_of
from web.headers import FIXED, policy
from web.templating import page, see_other
from web.words import in_path

TITLES = {
    403: "You cannot do this",
    404: "Page not found",
    405: "This page takes no such request",
    409: "This cannot be done now",
    413: "This is too large",
    422: "Something is missing or not right",
    500: "Something went wrong",
    503: "Not available just now",
}
log = structlog.get_logger(__name__)
SECRET = frozenset({"password", "old", "new"})
"""Fields that are not shown again."""
PROBLEM_TYPE = "application/problem+json"


def install(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(SendAgain, _send_again)
    app.add_exception_handler(FilesError, _files)
    app.add_exception_handler(DataError, _unkeepable)
    app.add_exception_handler(OperationalError, _database)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers=headers, media_type=PROBLEM_TYPE)


def _answer(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    if _is_api(request):
        return problem(status, detail, headers)
    title = TITLES.get(status, HTTPStatus(status).phrase)
    answer = page(request, "error.html", {"title": title, "detail": detail}, status)
    answer.headers.update(headers or {})
    return answer


def _http(request: Request, error: Any) -> Response:
    known = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    return _answer(request, error.status_code, known, error.headers)


def _invalid(request: Request, error: Any) -> Response:
    """An address that no page can have is not found; what was asked for or filled in wrongly is named."""
    wrong = error.errors()
    if not _is_api(request) and any(one["loc"][0] == "path" for one in wrong):
        return _answer(request, 404, "")
    places = (f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in wrong)
    return _answer(request, 422, "; ".join(places))


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _sign_in(request: Request, _error: Any) -> Response:
    if _is_api(request) or "authorization" in request.headers:
        return problem(401, "Sign in, or send an API token.", {"WWW-Authenticate": "Bearer"})
    if request.method not in ("GET", "HEAD"):
        return see_other("/sign-in")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other(f"/sign-in?next={in_path(wanted)}" if wanted != "/" else "/sign-in")


def _send_again(request: Request, _error: Any) -> Response:
    """What was typed, to be sent under the session of now; but never a password."""
    typed: list[tuple[str, str]] = getattr(request.state, "typed", [])
    if not typed or SECRET & {name for name, _ in typed}:
        return _answer(request, 403, OUT_OF_DATE)
    values = {"typed": typed, "signed_out": visitor_of(request).user is None}
    return page(request, "again.html", values, 403)


def _database(request: Request, error: Any) -> Response:
    log.error("database does not answer", reason=str(error.orig))
    return _answer(request, 503, "The archive does not answer just now. Try again in a minute.", {"Retry-After": "60"})


def _unkeepable(request: Request, error: Any) -> Response:
    """Postgres refuses a NUL in a text, which no one can type."""
    log.warning("a request holds what no row can", reason=str(error.orig))
    return _answer(request, 422, "What was sent holds signs that cannot be kept. Write it anew and send it again.")


def _unexpected(request: Request, _error: Any) -> Response:
    """Outside all middleware: this answer brings its headers itself. The error is logged by the server."""
    answer = _answer(request, 500, "Something went wrong on our side. Tell an administrator if it happens again.")
    answer.headers.update(FIXED | {"Content-Security-Policy": policy(request.state.nonce)})
    return answer


def _files(request: Request, error: Any) -> Response:
    log.error("files do not answer", reason=str(error))
    return _answer(request, 503, "The documents cannot be read just now. Try again later.")
