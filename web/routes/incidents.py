"""Incidents: what is wrong with a source, with its evidence; resolving it lets the next reading pass."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import incidents, source_desk
from store.database import reading
from web.context import Here, Who
from web.deciding import deciding, record
from web.templating import page, see_other

router = APIRouter(prefix="/incidents", include_in_schema=False)


@router.get("")
def incident_list(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        found = source_desk.incident_list(session)
    return page(request, "incidents.html", {"incidents": found})


@router.post("/{incident_id}/resolve")
def resolve(here: Here, visitor: Who, incident_id: int) -> RedirectResponse:
    with deciding(here) as session:
        incident = incidents.resolve(session, incident_id, now=here.now(), by=visitor.email)
        record(session, here, visitor, "incident resolved", incident_id, kind=incident.kind)
    return see_other("/incidents")
