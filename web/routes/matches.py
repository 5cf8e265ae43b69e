"""Doubtful matches: both sides, why they may be one, and the decision."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import desk, matches
from store.database import reading
from web.context import Here, Who
from web.deciding import deciding, record
from web.ids import RowId
from web.templating import page, see_other

router = APIRouter(prefix="/matches", include_in_schema=False)
DecisionName = Literal["accept", "reject", "undo"]
DECISIONS = {"accept": matches.accept, "reject": matches.reject, "undo": matches.undo}
SAID = {"accept": "match accepted", "reject": "match rejected", "undo": "match undone"}
LATEST = 50


@router.get("")
def match_list(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        found = desk.match_list(session, state=None)
    waiting = [match for match in found if match.state == "proposed"]
    decided = [match for match in found if match.state in ("accepted", "rejected")]
    return page(request, "matches.html", {"waiting": waiting, "decided": decided[::-1][:LATEST]})


@router.post("/{match_id}/{decision}")
def decide(here: Here, visitor: Who, match_id: RowId, decision: DecisionName) -> RedirectResponse:
    with deciding(here) as session:
        match = DECISIONS[decision](session, match_id, now=here.now(), by=visitor.email)
        entry, publication, state = match.entry_id, match.publication_id, match.state
        record(session, here, visitor, SAID[decision], match_id, entry=entry, publication=publication, state=state)
    return see_other("/matches", f"match-{state}")
