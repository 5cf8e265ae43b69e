"""The saved pages of a source, as text; and rewinding: what would have been reported then, with today's code."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from spiders.engine import rewinding as engine
from store import rewinding, saved_pages, source_desk, sources
from store.saved_pages import PageText
from web.context import Here
from web.deciding import deciding
from web.ids import RowId
from web.templating import page
from web.words import in_path

router = APIRouter(prefix="/sources/{name}", include_in_schema=False)
PART = 40_000
"""Characters of a saved page that are shown at once."""
Part = Annotated[int, Query(ge=1, le=1000)]


@router.get("/pages")
def page_list(request: Request, here: Here, name: str) -> HTMLResponse:
    with deciding(here) as session:
        found = saved_pages.listed(session, sources.by_name(session, name))
    return page(request, "saved_pages.html", {"name": name, "pages": found})


@router.get("/pages/{page_id}")
def saved_page(request: Request, here: Here, name: str, page_id: RowId, part: Part = 1) -> HTMLResponse:
    with deciding(here) as session:
        found = saved_pages.text_of(session, sources.by_name(session, name), page_id)
    back = f"/sources/{in_path(name)}/pages"
    return as_text(request, found, part, back=back, download=f"{back}/{page_id}/file")


@router.get("/pages/{page_id}/file")
def saved_file(here: Here, name: str, page_id: RowId) -> Response:
    """The whole text as a file to save: plain text, so that no browser runs it."""
    with deciding(here) as session:
        found = saved_pages.text_of(session, sources.by_name(session, name), page_id)
    return as_file(found, f"{name}-{page_id}.txt")


@router.get("/rewind")
def rewind_page(request: Request, here: Here, name: str) -> HTMLResponse:
    with deciding(here) as session:
        count = len(rewinding.frames(rewinding.saved_pages(session, sources.by_name(session, name))))
    return page(request, "rewind.html", {"name": name, "count": min(count, rewinding.MOST_FRAMES)})


@router.post("/rewind")
def rewind(request: Request, here: Here, name: str) -> HTMLResponse:
    """Read the saved pages again with the options as they are kept; nothing is asked of the site or stored."""
    with deciding(here) as session:
        source = sources.by_name(session, name)
        job = sources.job_for(session, source, here.settings, now=here.now())
        frames = rewinding.frames(rewinding.saved_pages(session, source))[-rewinding.MOST_FRAMES :]
        then = {run.started_at: run for run in source_desk.source_runs(session, name, limit=1000)}
    moments = engine.rewind(job, frames)[::-1]
    return page(request, "rewind.html", {"name": name, "count": len(frames), "moments": moments, "then": then})


def as_text(request: Request, found: PageText, part: int, *, back: str, download: str) -> HTMLResponse:
    """A page that came from outside, as its source text: escaped, in parts."""
    parts = max(1, -(-len(found.text) // PART))
    part = min(part, parts)
    values = {
        "saved": found,
        "shown": found.text[(part - 1) * PART : part * PART],
        "part": part,
        "parts": parts,
        "back": back,
        "download": download,
    }
    return page(request, "saved_page.html", values)


def as_file(found: PageText, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{in_path(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(found.text.encode(), media_type="text/plain; charset=utf-8", headers=headers)
