"""Sources: how each of them is, its readings, switching it on and off."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import source_desk, sources
from store.database import reading
from web.context import Context, Here, Visitor, Who
from web.deciding import deciding, record
from web.templating import page, see_other
from web.words import in_path

router = APIRouter(prefix="/sources", include_in_schema=False)
STATES = ("failing", "waiting", "healthy", "disabled")


@router.get("")
def source_list(request: Request, here: Here, state: str = "") -> HTMLResponse:
    with reading(here.engine) as session:
        found = source_desk.source_list(session)
    counted = [(one, sum(line.state == one for line in found)) for one in STATES]
    shown = [line for line in found if line.state == state] if state in STATES else found
    shown.sort(key=lambda line: (STATES.index(line.state), line.name))
    return page(request, "sources.html", {"sources": shown, "counted": counted, "state": state})


@router.get("/{name}")
def source_page(request: Request, here: Here, name: str) -> HTMLResponse:
    with reading(here.engine) as session:
        source = next((line for line in source_desk.source_list(session) if line.name == name), None)
        runs = source_desk.source_runs(session, name)
        incidents = source_desk.incident_list(session, source=name)
    if source is None:
        raise HTTPException(404, "There is no such source.")
    return page(request, "source.html", {"source": source, "runs": runs, "incidents": incidents})


@router.post("/{name}/enable")
def enable(here: Here, visitor: Who, name: str) -> RedirectResponse:
    return _switch(here, visitor, name, enabled=True)


@router.post("/{name}/disable")
def disable(here: Here, visitor: Who, name: str) -> RedirectResponse:
    return _switch(here, visitor, name, enabled=False)


def _switch(here: Context, visitor: Visitor, name: str, *, enabled: bool) -> RedirectResponse:
    with deciding(here) as session:
        source = sources.by_name(session, name)
        sources.set_enabled(session, source, enabled, now=here.now())
        record(session, here, visitor, "source enabled" if enabled else "source disabled", name)
    return see_other(f"/sources/{in_path(name)}")
