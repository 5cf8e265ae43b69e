"""The administrators' first page: what waits for them, and where everything is. And the audit log."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from store import counts, people
from store.database import reading
from web.context import Here
from web.routes.publications import LARGEST_ID
from web.templating import page

router = APIRouter(include_in_schema=False)
AUDIT_LINES = 50


@router.get("/desk")
def desk_page(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        found = counts.read(session, now=here.now())
    return page(request, "desk.html", {"counts": found})


@router.get("/audit")
def audit_page(
    request: Request, here: Here, before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
) -> HTMLResponse:
    with reading(here.engine) as session:
        found = people.decisions(session, before_id=before, limit=AUDIT_LINES)
    older = found[-1].id if len(found) == AUDIT_LINES else None
    return page(request, "audit.html", {"decisions": found, "older": older})
