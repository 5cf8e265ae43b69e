"""Sources: how each of them is, its readings, switching it on and off."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import incidents, recall, source_desk, sources
from store.database import reading
from store.models import Source
from web.context import Context, Here, Visitor, Who
from web.deciding import changing, deciding, noted, record
from web.ids import BeforeId, end_of
from web.options_form import option_fields, option_texts
from web.paging import PageNumber, paged
from web.source_form import model_of
from web.templating import page, see_other
from web.words import in_path

router = APIRouter(prefix="/sources", include_in_schema=False)
STATES = ("failing", "waiting", "healthy", "disabled")
LATEST = 5
READINGS = 50


@router.get("")
def source_list(
    request: Request,
    here: Here,
    state: str = "",
    called: Annotated[str, Query(max_length=300)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """`called`: a part of the source's or its publisher's name."""
    part_of_name = called.strip().casefold()
    with reading(here.engine) as session:
        every = source_desk.source_list(session)
        found = [line for line in every if part_of_name in f"{line.name} {line.publisher}".casefold()]
        wanted = [line for line in found if line.state == state] if state in STATES else found
        part = paged(sorted(wanted, key=lambda line: (STATES.index(line.state), line.name)), number)
        recalls = recall.of_all(session, [line.name for line in part.shown])
    counted = [(one, sum(line.state == one for line in found)) for one in STATES]
    values = {"sources": part, "counted": counted, "state": state, "called": called, "recalls": recalls}
    return page(request, "sources.html", values | {"link": _list_link(called), "any": bool(every)})


def _list_link(called: str) -> Callable[[str], str]:
    """The list of the same names in a state, or in all."""

    def link(state: str = "") -> str:
        asked = urlencode({name: value for name, value in (("called", called), ("state", state)) if value})
        return f"/sources?{asked}" if asked else "/sources"

    return link


@router.get("/{name}")
def source_page(request: Request, here: Here, name: str) -> HTMLResponse:
    with deciding(here) as session:
        source = sources.by_name(session, name)
        values = {
            "source": source_desk.source_line(session, name),
            "runs": source_desk.source_runs(session, name, limit=LATEST),
            "incidents": source_desk.incident_list(session, source=name, limit=LATEST),
            "held": incidents.held_run(session, source) is not None,
            "recall": recall.of_source(session, source),
            "questions": recall.questions(session, source),
            "options": _options(source),
            "let_pass": source.accept_next,
            "reading": source.enabled and source.due_at is not None and source.due_at <= here.now(),
        }
    return page(request, "source.html", values)


def _options(source: Source) -> list[tuple[str, str]]:
    """Those that are set, by the names that the form gives them."""
    model = model_of(source.kind)
    texts = option_texts(model, source.options)
    return [(one.label, texts[one.id]) for one in option_fields(model) if texts[one.id]]


@router.get("/{name}/readings")
def readings(request: Request, here: Here, name: str, before: BeforeId = None) -> HTMLResponse:
    """The whole history, a page at a time."""
    with deciding(here) as session:
        sources.by_name(session, name)
        found = source_desk.source_runs(session, name, before_id=before, limit=READINGS)
    return page(request, "readings.html", {"name": name, "runs": found, "older": end_of(found, READINGS)})


@router.post("/{name}/enable")
def enable(here: Here, visitor: Who, name: str) -> RedirectResponse:
    return _switch(here, visitor, name, "source enabled", on=True)


@router.post("/{name}/disable")
def disable(here: Here, visitor: Who, name: str) -> RedirectResponse:
    return _switch(here, visitor, name, "source disabled", on=False)


def _switch(here: Context, visitor: Visitor, name: str, what: str, *, on: bool) -> RedirectResponse:
    with deciding(here) as session:
        source = sources.by_name(session, name)
        with changing(session, here, visitor, what, name, source, "enabled"):
            sources.set_enabled(session, source, on, now=here.now())
    return see_other(f"/sources/{in_path(name)}", what.replace(" ", "-"))


@router.post("/{name}/read")
def read_soon(here: Here, visitor: Who, name: str) -> RedirectResponse:
    """Ask for a reading now: the worker takes it with its next look at what is due."""
    with deciding(here) as session:
        source = sources.by_name(session, name)
        if not source.enabled:
            raise HTTPException(409, "This source is disabled. Enable it first: then it is read at once.")
        before = noted(source, "due_at")
        source.due_at = here.now()
        record(session, here, visitor, "reading asked for", name, before=before, **noted(source, "due_at"))
    return see_other(f"/sources/{in_path(name)}", "reading-asked-for")
