"""Incidents: what is wrong with a source, with its evidence; resolving it lets the next reading pass."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from store import counts, incidents, saved_pages, source_desk
from store.database import reading
from web.context import Here, Who
from web.deciding import changing, deciding
from web.ids import BeforeId, RowId, end_of
from web.routes.saved_pages import Part, as_file, as_text
from web.templating import page, see_other

router = APIRouter(prefix="/incidents", include_in_schema=False)
AT_ONCE = 30


@router.get("")
def incident_list(
    request: Request,
    here: Here,
    state: Literal["open", "resolved"] = "open",
    before: BeforeId = None,
) -> HTMLResponse:
    with reading(here.engine) as session:
        found = source_desk.incident_list(session, is_open=state == "open", before_id=before, limit=AT_ONCE)
        waiting = counts.open_incidents(session)
    return page(
        request,
        "incidents.html",
        {"incidents": found, "state": state, "open": waiting, "older": end_of(found, AT_ONCE)},
    )


@router.get("/{incident_id}/page")
def saved_page(request: Request, here: Here, incident_id: RowId, part: Part = 1) -> HTMLResponse:
    """What came instead, as text."""
    with deciding(here) as session:
        found = saved_pages.of_incident(session, incident_id)
    return as_text(request, found, part, back="/incidents", download=f"/incidents/{incident_id}/file")


@router.get("/{incident_id}/file")
def saved_file(here: Here, incident_id: RowId) -> Response:
    with deciding(here) as session:
        found = saved_pages.of_incident(session, incident_id)
    return as_file(found, f"incident-{incident_id}.txt")


@router.post("/{incident_id}/resolve")
def resolve(here: Here, visitor: Who, incident_id: RowId) -> RedirectResponse:
    with deciding(here) as session:
        incident = incidents.by_id(session, incident_id)
        what = f"{incident_id}: {incident.kind}"
        with changing(session, here, visitor, "incident resolved", what, incident, "resolved_at", "resolved_by"):
            incidents.resolve(session, incident_id, now=here.now(), by=visitor.email)
    return see_other("/incidents", "incident-resolved")
