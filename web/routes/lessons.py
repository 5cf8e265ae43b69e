"""Recommendations and learning points of all publications: narrowed, grouped by theme or agency, and as files."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from config.agencies import agencies
from config.themes import vocabulary
from store import lesson_search, topics, traits
from store.database import reading
from store.export import csv_line
from store.lesson_rows import Quoted
from web import lesson_paper
from web.briefing import MEDIA_TYPE, Made
from web.context import Context, Here
from web.lessons_asked import PAGE_SIZE, AsAsked, Asked
from web.searching import LAST_PAGE
from web.templating import page
from web.words import AGE_BANDS, LESSONS

router = APIRouter(include_in_schema=False)
AT_ONCE = 500
NAMES = {
    "theme": "Theme", "kind": "Which", "agency": "Agency", "age": "Age", "area": "Area or publisher",
    "region": "Region", "topic": "Topic", "since": "Since", "until": "Until",
}  # fmt: skip
CSV_COLUMNS = (
    "publication", "title", "publisher", "published", "precision", "age_bands", "kind", "number", "text", "themes",
    "agencies", "document", "page", "link",
)  # fmt: skip


@router.get("/lessons")
def lesson_page(request: Request, here: Here, asked: AsAsked) -> HTMLResponse:
    """On the first page the groups, unless one is chosen; then all, the newest publications first."""
    with reading(here.engine) as session:
        by = asked.by if asked.page == 1 and not getattr(asked, asked.by) else None
        found = lesson_search.search(session, asked.wanted, limit=PAGE_SIZE, offset=asked.offset, by=by)
        ages = traits.ages_of(session, {one.publication for one in found.lessons})
        menus = _menus(lesson_search.regions(session), {one.slug: one.name for one in topics.all_topics(session)})
    names = {name: dict(choices) for name, choices in menus.items()}
    values = {
        "asked": asked,
        "groups": [(slug, names[asked.by].get(slug, slug), count, some) for slug, count, some in found.groups],
        "total": found.total,
        "publications": [
            (list(lessons), ages.get(key)) for key, lessons in groupby(found.lessons, lambda one: one.publication)
        ],
        "menus": menus,
        "agency_names": names["agency"],
        "chosen": [
            (f"{NAMES[name]}: {names.get(name, {}).get(value, value)}", asked.link(**{name: ""}))
            for name, value in asked.chosen.items()
        ],
        "undated": [name for name in ("since", "until") if getattr(asked, name) and name not in asked.chosen],
        "pages": min(ceil(found.total / PAGE_SIZE), LAST_PAGE),
    }
    return page(request, "lessons.html", values)


def _menus(regions: list[str], topics_: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """By filter the values that can be chosen, each with its name."""
    return {
        "theme": [(one.slug, one.name) for one in vocabulary().themes],
        "kind": [(kind, f"{name}s") for kind, name in LESSONS.items()],
        "agency": list(agencies().names.items()),
        "age": list(AGE_BANDS.items()),
        "region": [(region, region) for region in regions],
        "topic": list(topics_.items()),
    }


@router.get("/lessons.{form}")
def download(here: Here, asked: AsAsked, form: Literal["csv", "docx"]) -> Response:
    """All of them as a table; or, the newest publications first, as a Word document to work on."""
    if form == "csv":
        headers = {"Content-Disposition": 'attachment; filename="lessons.csv"'}
        return StreamingResponse(_csv(here, asked), media_type="text/csv; charset=utf-8", headers=headers)
    with reading(here.engine) as session:
        found = lesson_search.search(session, asked.wanted, limit=lesson_paper.MOST)
    address = here.settings.public_url
    what = lesson_paper.What(asked.q, tuple(_said(asked)), found.total, f"{address}{asked.link()}")
    made = Made(address, here.now().astimezone(here.settings.zone))
    headers = {"Content-Disposition": 'attachment; filename="lessons.docx"'}
    return Response(lesson_paper.collection(found.lessons, what, made), media_type=MEDIA_TYPE, headers=headers)


def _said(asked: Asked) -> Iterator[str]:
    names = {"theme": {one.slug: one.name for one in vocabulary().themes}, "agency": agencies().names}
    known: dict[str, dict[str, str]] = {**names, "age": AGE_BANDS, "kind": LESSONS}
    for name, value in asked.chosen.items():
        yield f"{NAMES[name]}: {known.get(name, {}).get(value, value)}"


def _csv(here: Context, asked: Asked) -> Iterator[str]:
    yield f"{csv_line(CSV_COLUMNS)}\n"
    after = (0, 0)
    with reading(here.engine) as session:
        while found := lesson_search.listed(session, asked.wanted, after=after, limit=AT_ONCE):
            ages = traits.ages_of(session, {one.publication for one in found})
            for one in found:
                age = ages.get(one.publication)
                yield f"{csv_line(_cells(one, age.bands if age else (), here.settings.public_url))}\n"
            after = (found[-1].version, found[-1].position)


def _cells(one: Quoted, bands: Sequence[str], address: str) -> list[Any]:
    return [
        one.publication, one.title, one.publisher, one.published or "", one.precision, "; ".join(bands), one.kind,
        one.number, one.text, "; ".join(one.themes), "; ".join(one.agencies), one.role, one.page,
        f"{address}/documents/{one.version}#page={one.page}",
    ]  # fmt: skip
