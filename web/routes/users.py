"""Users: adding them, their links to sign in, their roles, switching them off and on."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import people
from store.database import reading
from store.people import PeopleError
from web.context import Context, Here, Who
from web.deciding import changing, deciding, record
from web.forms import gathered
from web.ids import RowId
from web.paging import PageNumber, paged
from web.templating import page, see_other

router = APIRouter(prefix="/users", include_in_schema=False)


@router.get("")
def user_list(request: Request, here: Here, number: PageNumber = 1) -> HTMLResponse:
    return _list(request, here, number)


def _list(request: Request, here: Context, number: int = 1, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        found = people.all_users(session)
    return page(request, "users.html", {"users": paged(found, number), **more})


@router.post("")
def add(
    request: Request,
    here: Here,
    visitor: Who,
    email: Annotated[str, Form(max_length=300)] = "",
    role: Annotated[str, Form(max_length=20)] = "staff",
) -> HTMLResponse:
    errors: dict[str, str] = {}
    with deciding(here) as session, gathered(errors, "email", PeopleError):
        user = people.add_user(session, email, role, now=here.now())
        record(session, here, visitor, "user added", user.email, role=user.role)
        link = people.make_link(here.settings, user, now=here.now())
    if errors:
        return _list(request, here, errors=errors, email=email, role=role)
    return _list(request, here, link=link, link_for=user.email)


@router.post("/{user_id}/link")
def new_link(request: Request, here: Here, visitor: Who, user_id: RowId) -> HTMLResponse:
    with deciding(here) as session:
        user = people.user_by_id(session, user_id)
        link = people.make_link(here.settings, user, now=here.now())
        record(session, here, visitor, "sign-in link made", user.email)
    return _list(request, here, link=link, link_for=user.email)


@router.post("/{user_id}/role")
def change_role(
    here: Here, visitor: Who, user_id: RowId, role: Annotated[str, Form(max_length=20)]
) -> RedirectResponse:
    with deciding(here) as session:
        user = people.user_by_id(session, user_id)
        with changing(session, here, visitor, "role changed", user.email, user, "role"):
            people.set_role(session, user, role)
    return see_other("/users", "role")


@router.post("/{user_id}/team")
def change_team(
    here: Here, visitor: Who, user_id: RowId, team: Annotated[str, Form(max_length=300)] = ""
) -> RedirectResponse:
    with deciding(here) as session:
        user = people.user_by_id(session, user_id)
        with changing(session, here, visitor, "team changed", user.email, user, "team"):
            people.set_team(session, user, team)
    return see_other("/users", "team")


@router.post("/{user_id}/disable")
def disable(here: Here, visitor: Who, user_id: RowId) -> RedirectResponse:
    with deciding(here) as session:
        user = people.user_by_id(session, user_id)
        with changing(session, here, visitor, "user disabled", user.email, user, "disabled_at"):
            people.disable_user(session, user, now=here.now())
    return see_other("/users", "user-off")


@router.post("/{user_id}/enable")
def enable(here: Here, visitor: Who, user_id: RowId) -> RedirectResponse:
    with deciding(here) as session:
        user = people.user_by_id(session, user_id)
        with changing(session, here, visitor, "user enabled", user.email, user, "disabled_at"):
            people.enable_user(session, user)
    return see_other("/users", "user-on")
