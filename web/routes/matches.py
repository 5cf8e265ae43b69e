"""Doubtful matches: both sides, why they may be one, and the decision."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import desk, matches
from store.database import reading
from web.context import Here, Who
from web.deciding import changing, deciding
from web.ids import AfterId, BeforeId, RowId, end_of
from web.templating import page, see_other

router = APIRouter(prefix="/matches", include_in_schema=False)
DecisionName = Literal["accept", "reject", "undo"]
DECISIONS = {"accept": matches.accept, "reject": matches.reject, "undo": matches.undo}
SAID = {"accept": "match accepted", "reject": "match rejected", "undo": "match undone"}


@router.get("")
def match_list(request: Request, here: Here, after: AfterId = 0, before: BeforeId = None) -> HTMLResponse:
    with reading(here.engine) as session:
        waiting = desk.waiting_matches(session, after_id=after)
        decided = desk.decided_matches(session, before_id=before)
    values = {
        "waiting": waiting,
        "decided": decided,
        "more": end_of(waiting, desk.AT_ONCE),
        "older": end_of(decided, desk.AT_ONCE),
    }
    return page(request, "matches.html", values)


@router.post("/{match_id}/{decision}")
def decide(here: Here, visitor: Who, match_id: RowId, decision: DecisionName) -> RedirectResponse:
    with deciding(here) as session:
        match = matches.by_id(session, match_id)
        what = f"{match_id}: entry {match.entry_id}, publication {match.publication_id}"
        with changing(session, here, visitor, SAID[decision], what, match, "state", "decided_by"):
            DECISIONS[decision](session, match_id, now=here.now(), by=visitor.email)
    return see_other("/matches", f"match-{match.state}")
