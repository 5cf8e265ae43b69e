"""Held readings: what would be announced, why it waits, and the decision to let it pass."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from store import incidents, source_desk, sources
from store.database import reading
from web.context import Here, Who
from web.deciding import NONE, deciding, record
from web.source_form import few
from web.templating import page, see_other

router = APIRouter(prefix="/held", include_in_schema=False)
AT_ONCE = 20
DecisionName = Literal["announce", "archive", "discard"]
SAID = {
    "announce": "held reading: announced",
    "archive": "held reading: archived without announcing",
    "discard": "held reading: thrown away",
}
AS_ALWAYS = "is judged as always"


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
def decide(here: Here, visitor: Who, name: str, decision: DecisionName) -> RedirectResponse:
    """Let the next reading, which is due at once, pass, so that what is new in it is announced or only archived.

    Or throw away what is held: then the next reading is judged as always.
    """
    now, by = here.now(), visitor.email
    with deciding(here) as session:
        source = sources.by_name(session, name)
        held = incidents.waiting_run(session, source)
        before: dict[str, Any] = {"held": held.held, "why": held.detail, "next reading": AS_ALWAYS}
        if decision == "discard":
            incidents.discard_held(session, source, now=now, by=by)
        else:
            incidents.accept_held(session, source, quietly=decision == "archive", now=now, by=by)
        then = "is taken as it is" if source.accept_next else AS_ALWAYS
        after = {"held": 0, "why": NONE, "next reading": then}
        record(session, here, visitor, SAID[decision], name, before=before, **after)
    return see_other("/held", "held-discarded" if decision == "discard" else "held-decided")
