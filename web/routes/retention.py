"""How long things are kept: what would go tonight, and the times, which are safe to change. And the backups."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from store import backups, keeping
from store.database import reading
from store.keeping import WrongTime
from web.context import Context, Here, Who
from web.deciding import changing, deciding, record
from web.forms import gathered
from web.ids import RowId
from web.templating import page, see_other

router = APIRouter(prefix="/retention", include_in_schema=False)


@router.get("")
def retention_page(request: Request, here: Here) -> HTMLResponse:
    return _page(request, here)


def _page(request: Request, here: Context, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        values = {"found": keeping.plan(session, now=here.now()), "backups": backups.listed(session)}
    return page(request, "retention.html", values | more)


@router.post("/{sort}")
def change(
    request: Request, here: Here, visitor: Who, sort: str, months: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    wished = months.strip()
    errors: dict[str, str] = {}
    with deciding(here) as session, gathered(errors, f"months-{sort}", WrongTime):
        before = _kept_for(session, sort)
        keeping.set_months(session, sort, _number(wished) if wished else None)
        session.flush()
        if (after := _kept_for(session, sort)) != before:
            record(session, here, visitor, "retention changed", sort, before=before, **after)
    if errors:
        return _page(request, here, errors=errors, sort=sort, months=months)
    return see_other("/retention", "retention-changed")


def _number(text: str) -> int:
    """What is no number is one that no time can be."""
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else -1


@router.post("/backups/{backup_id}")
def backup_deleted(here: Here, visitor: Who, backup_id: RowId) -> RedirectResponse:
    """Somebody has deleted its file."""
    with deciding(here) as session:
        row = backups.by_id(session, backup_id)
        with changing(session, here, visitor, "backup deleted", row.path, row, "deleted_at"):
            backups.deleted(session, backup_id, now=here.now())
    return see_other("/retention", "backup-deleted")


def _kept_for(session: Session, sort: str) -> dict[str, int | str]:
    months = keeping.months_of(session).get(sort)
    return {"months": "for ever" if months is None else months}
