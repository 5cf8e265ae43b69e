"""Suspected withdrawals: keep, replace by the newer version, or remove for good."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from store import comparison, desk, withdrawals
from store.database import reading
from store.models import Publication
from web.context import Context, Here, Visitor, Who
from web.deciding import NONE, deciding, record
from web.ids import AfterId, BeforeId, RowId, end_of
from web.templating import page, see_other

router = APIRouter(prefix="/withdrawals", include_in_schema=False)
SAID = {"keep": "withdrawal: kept", "replace": "withdrawal: replaced", "remove": "withdrawal: removed"}
DONE = {"keep": "withdrawal-kept", "replace": "withdrawal-replaced", "remove": "withdrawal-removed"}
MOST_DIFFERENCES = 200


@router.get("")
def withdrawal_list(request: Request, here: Here, after: AfterId = 0, before: BeforeId = None) -> HTMLResponse:
    return _list(request, here, after, before)


def _list(request: Request, here: Context, after: int = 0, before: int | None = None, **more: Any) -> HTMLResponse:
    with reading(here.engine) as session:
        waiting = desk.waiting_withdrawals(session, after_id=after)
        decided = desk.decided_withdrawals(session, before_id=before)
    values = {
        "waiting": waiting,
        "decided": decided,
        "more": end_of(waiting, desk.AT_ONCE),
        "older": end_of(decided, desk.AT_ONCE),
    }
    return page(request, "withdrawals.html", {**values, **more})


@router.get("/{withdrawal_id}")
def comparison_page(request: Request, here: Here, withdrawal_id: RowId) -> HTMLResponse:
    """Which words the newer version has lost or added, by page."""
    with deciding(here) as session:
        found = comparison.of_withdrawal(session, withdrawal_id)
    values = {"compared": found, "differences": found.differences[:MOST_DIFFERENCES]}
    return page(request, "comparison.html", values)


@router.post("/{withdrawal_id}/{decision}")
def decide(
    request: Request,
    here: Here,
    visitor: Who,
    withdrawal_id: RowId,
    decision: Literal["keep", "replace", "remove"],
    sure: Annotated[str, Form()] = "",
) -> Response:
    if decision == "remove" and sure != "yes":
        wrong = "Removing cannot be undone. Tick the box to show that you are sure"
        return _list(request, here, after=withdrawal_id - 1, errors={f"sure-{withdrawal_id}": wrong})
    with deciding(here) as session:
        publication = _decide(session, here, visitor, withdrawal_id, decision)
        what = f"{withdrawal_id}: publication {publication.id}"
        before = {"decision": NONE, "publication": "suspected"}
        after = {"decision": decision, "publication": publication.status}
        record(session, here, visitor, SAID[decision], what, before=before, **after)
    return see_other("/withdrawals", DONE[decision])


def _decide(session: Session, here: Context, visitor: Visitor, withdrawal_id: int, decision: str) -> Publication:
    now, by = here.now(), visitor.email
    if decision == "keep":
        return withdrawals.keep(session, withdrawal_id, now=now, by=by)
    if decision == "replace":
        return withdrawals.replace(session, withdrawal_id, files=here.files, now=now, by=by)
    return withdrawals.remove(session, withdrawal_id, files=here.files, now=now, by=by)
