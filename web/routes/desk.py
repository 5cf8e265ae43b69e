"""The administrators' first page: what waits for them, and where everything is. And the audit log."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from store import channels, counts, people, subscriptions, topics
from store.counts import Counts
from store.database import reading
from web.context import Here
from web.ids import BeforeId, end_of
from web.templating import page

router = APIRouter(include_in_schema=False)
AUDIT_LINES = 50


@router.get("/desk")
def desk_page(request: Request, here: Here) -> HTMLResponse:
    with reading(here.engine) as session:
        found = counts.read(session, now=here.now())
        steps = _first_steps(session, found)
    return page(request, "desk.html", {"counts": found, "steps": steps})


def _first_steps(session: Session, found: Counts) -> list[tuple[str, str, bool]]:
    """What a new installation needs before it tells anybody anything: in words, where, and whether it is done."""
    steps = [
        ("Add a source, or enable some of those that are listed", "/sources", found.sources["enabled"] > 0),
        ("Make a topic: what a digest is about", "/topics", bool(topics.all_topics(session))),
        ("Add a channel: where messages go", "/channels", bool(channels.all_channels(session))),
        (
            "Add a subscription: a channel gets a topic",
            "/subscriptions",
            bool(subscriptions.all_subscriptions(session)),
        ),
    ]
    return [] if all(done for _, _, done in steps) else steps


@router.get("/audit")
def audit_page(request: Request, here: Here, before: BeforeId = None) -> HTMLResponse:
    with reading(here.engine) as session:
        found = people.decisions(session, before_id=before, limit=AUDIT_LINES)
    return page(request, "audit.html", {"decisions": found, "older": end_of(found, AUDIT_LINES)})
