"""A publication's page: what it is, where it stands, its documents, its history, why we think it is one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from config.agencies import agencies
from config.themes import vocabulary
from store import lines, marks, views, withdrawals
from store.database import reading
from store.marks import MarkState
from web import briefing
from web.context import Here, Visitor, Who
from web.deciding import NONE, deciding, record
from web.ids import RowId
from web.templating import page, see_other

router = APIRouter(include_in_schema=False)


@router.get("/publications/{publication_id}")
def publication_page(request: Request, here: Here, visitor: Who, publication_id: RowId) -> Response:
    with reading(here.engine) as session:
        found = views.publication_view(session, publication_id)
        went = lines.where_it_went(session, publication_id) if found and found.status == "joined" else None
    if went:
        return see_other(f"/publications/{went}")
    if found is None or found.status == "joined":
        raise HTTPException(404)
    if not found.shown:
        return page(request, "publication_hidden.html", {"publication": found})
    with reading(here.engine) as session:
        mark = marks.of_team(session, visitor.team, [publication_id]).get(publication_id)
    names = {theme.slug: theme.name for theme in vocabulary().themes}
    values = {"publication": found, "theme_names": names, "agency_names": agencies().names, "mark": mark}
    return page(request, "publication.html", values)


@router.get("/publications/{publication_id}/briefing.docx")
def briefing_starter(here: Here, publication_id: RowId) -> Response:
    """A Word document with the quotations and their pages, for a person to write up."""
    with reading(here.engine) as session:
        found = views.publication_view(session, publication_id)
    if found is None or not found.shown:
        raise HTTPException(404)
    made = briefing.Made(here.settings.public_url, here.now().astimezone(here.settings.zone))
    headers = {"Content-Disposition": f'attachment; filename="briefing-{publication_id}.docx"'}
    return Response(briefing.starter(found, made), media_type=briefing.MEDIA_TYPE, headers=headers)


@router.post("/publications/{publication_id}/mark")
def mark_publication(
    here: Here,
    visitor: Who,
    publication_id: RowId,
    state: Annotated[Literal["read", "used", "not_relevant", "none"], Form()],
) -> RedirectResponse:
    """What the visitor's team has done with it; `none` takes the mark away."""
    wished = MarkState(state) if state != "none" else None
    with deciding(here) as session:
        before = _mark(session, visitor, publication_id)
        marks.put(session, publication_id, visitor.team, wished, by=visitor.email, now=here.now())
        if before["mark"] != state:
            told = before | {"mark": state}
            record(session, here, visitor, f"publication marked: {state}", publication_id, before=before, **told)
    return see_other(f"/publications/{publication_id}", "marked" if wished else "mark-gone")


@router.post("/publications/{publication_id}/hide")
def hide_publication(here: Here, visitor: Who, publication_id: RowId) -> RedirectResponse:
    """At once, with its copies, as a publisher may ask; then it waits for a decision."""
    with deciding(here) as session:
        made = withdrawals.hide(session, publication_id, now=here.now())
        before, after = {"publication": "shown"}, {"publication": "suspected", "withdrawal": made.id}
        record(session, here, visitor, "publication hidden", publication_id, before=before, **after)
    return see_other("/withdrawals", "hidden")


def _mark(session: Session, visitor: Visitor, publication_id: int) -> dict[str, str]:
    """What the visitor's team says of it now."""
    mark = marks.of_team(session, visitor.team, [publication_id]).get(publication_id)
    return {"team": visitor.team or NONE, "mark": mark.state if mark else NONE}
