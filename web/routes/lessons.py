"""Recommendations and learning points of all publications, by theme."""

from datetime import date
from math import ceil
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from config.themes import vocabulary
from store import lesson_rows
from store.database import reading
from store.lesson_rows import Wanted
from web.context import Here
from web.searching import LAST_PAGE
from web.templating import page

router = APIRouter(prefix="/lessons", include_in_schema=False)
PAGE_SIZE = 20
LONGEST_YEAR = 4
_Text = Annotated[str, Query(max_length=300)]


@router.get("")
def lesson_page(
    request: Request,
    here: Here,
    q: _Text = "",
    theme: _Text = "",
    kind: Literal["", "recommendation", "learning"] = "",
    since: Annotated[str, Query(max_length=LONGEST_YEAR)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """Grouped by theme; with a theme chosen, all that it has. `since` is a year."""
    wanted = Wanted(q, theme, kind, _first_day(since))
    with reading(here.engine) as session:
        groups = [] if theme else lesson_rows.by_theme(session, wanted)
        total, shown = lesson_rows.search(session, wanted, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    asked = {"q": q, "theme": theme, "kind": kind, "since": since}

    def link(**changed: str | int) -> str:
        return "/lessons?" + urlencode({name: value for name, value in {**asked, **changed}.items() if value})

    values = {
        **asked,
        "groups": groups,
        "total": total,
        "lessons": shown,
        "names": {one.slug: one.name for one in vocabulary().themes},
        "link": link,
        "number": number,
        "pages": min(ceil(total / PAGE_SIZE), LAST_PAGE),
    }
    return page(request, "lessons.html", values)


def _first_day(year: str) -> date | None:
    return date(int(year), 1, 1) if year.isascii() and year.isdigit() and int(year) else None
