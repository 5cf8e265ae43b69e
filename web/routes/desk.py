"""The administrators' first page: what waits for them, and where everything is. And the audit log."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from store import counts, people
from store.database import reading
from web.context import Here
from web.ids import BeforeId, end_of
from web.templating import page

router = APIRouter(include_in_schema=False)
AUDIT_LINES = 50


@router.get("/desk")
def desk_page(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        found = counts.read(session, now=here.now())
    return page(request, "desk.html", {"counts": found})


@router.get("/audit")
def audit_page(request: Request, here: Here, before: BeforeId = None) -> HTMLResponse:
    with reading(here.engine) as session:
        found = people.decisions(session, before_id=before, limit=AUDIT_LINES)
    return page(request, "audit.html", {"decisions": found, "older": end_of(found, AUDIT_LINES)})
