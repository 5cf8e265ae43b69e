"""Held readings: what would be announced, why it waits, and the decision to let it pass."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import incidents, people, source_desk, sources
from store.database import reading
from web.context import Here, Who
from web.deciding import deciding
from web.source_form import few
from web.templating import page, see_other

router = APIRouter(prefix="/held", include_in_schema=False)
AT_ONCE = 20
SAID = {"announce": "held reading: announced", "archive": "held reading: archived without announcing"}


@router.get("")
def held_list(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        found = source_desk.held_list(session, limit=AT_ONCE)
        count = source_desk.held_count(session)
    lines = [
        (
            line,
            few([one for one in line.entries if not one.get("known")]),
            few([one for one in line.entries if one.get("known")]),
        )
        for line in found
    ]
    return page(request, "held.html", {"held": lines, "more": count - len(lines)})


@router.post("/{name}/{decision}")
def decide(here: Here, visitor: Who, name: str, decision: Literal["announce", "archive"]) -> RedirectResponse:
    """Let the next reading, which is due at once, pass; what is new in it is announced or only archived."""
    now = here.now()
    with deciding(here) as session:
        source = sources.by_name(session, name)
        run = incidents.accept_held(session, source, quietly=decision == "archive", now=now, by=visitor.email)
        before = {"held": run.held, "why": run.detail}
        after = {"next reading": "is taken as it is"}
        people.record(session, visitor.email, SAID[decision], name, now=now, before=before, after=after)
    return see_other("/held", "held-decided")
