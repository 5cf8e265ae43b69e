"""For publishers, who find us in their logs: who reads, how, and how to be left out. Open to everyone."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.context import Here
from web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/for-publishers")
def for_publishers(request: Request, here: Here) -> HTMLResponse:
    settings = here.settings
    values = {"agent": settings.user_agent, "contact": settings.contact}
    return page(request, "for_publishers.html", values)
