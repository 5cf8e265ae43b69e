"""How long things are kept: what would go tonight, and the times, which are safe to change. And the backups."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import backups, keeping
from store.database import reading
from web.context import Here, Who
from web.deciding import deciding, record
from web.ids import RowId
from web.templating import page, see_other

router = APIRouter(prefix="/retention", include_in_schema=False)


@router.get("")
def retention_page(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        values = {"found": keeping.plan(session, now=here.now()), "backups": backups.listed(session)}
    return page(request, "retention.html", values)


@router.post("/{sort}")
def change(here: Here, visitor: Who, sort: str, months: Annotated[str, Form(max_length=10)] = "") -> RedirectResponse:
    wished = months.strip()
    if wished and not (wished.isascii() and wished.isdigit()):
        raise HTTPException(422, "Write a number of months, or leave the field empty to keep it for ever.")
    with deciding(here) as session:
        keeping.set_months(session, sort, int(wished) if wished else None)
        record(session, here, visitor, "retention changed", sort, months=wished or "never")
    return see_other("/retention")


@router.post("/backups/{backup_id}")
def backup_deleted(here: Here, visitor: Who, backup_id: RowId) -> RedirectResponse:
    """Somebody has deleted its file."""
    with deciding(here) as session:
        row = backups.deleted(session, backup_id, now=here.now())
        record(session, here, visitor, "backup deleted", row.path)
    return see_other("/retention")
