"""How many publications a search has by year, theme and region: charts made here, each with its table."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from config.themes import vocabulary
from store.database import reading
from store.search import search
from web.context import Here
from web.searching import AsWanted
from web.templating import page

router = APIRouter(prefix="/trends", include_in_schema=False)
MOST_BARS = 30
WIDTH = 220
"""Of the longest bar, in the chart's own units."""


@dataclass(frozen=True)
class Bar:
    text: str
    count: int
    length: float
    link: str


@router.get("")
def trends(request: Request, here: Here, wanted: AsWanted) -> HTMLResponse:
    with reading(here.engine) as session:
        results = search(session, wanted.query, limit=0)
    names = {theme.slug: theme.name for theme in vocabulary().themes}
    charts = [
        (title, _bars(counts, {value: (shown.get(value, value), wanted.link(**{name: value})) for value in counts}))
        for title, name, counts, shown in (
            ("By year", "year", _each_year(results.facets["year"]), {}),
            ("By theme", "theme", results.facets["theme"], names),
            ("By region", "region", results.facets["region"], {}),
        )
    ]
    values = {"wanted": wanted, "total": results.total, "charts": [chart for chart in charts if chart[1]]}
    return page(request, "trends.html", values)


def _each_year(counts: Mapping[str, int]) -> dict[str, int]:
    """In order, with the years between that have none; the latest, where there are very many."""
    years = [int(year) for year in counts]
    every = range(min(years), max(years) + 1) if years else range(0)
    return {str(year): counts.get(str(year), 0) for year in every[-MOST_BARS:]}


def _bars(counts: Mapping[str, int], shown: Mapping[str, tuple[str, str]]) -> list[Bar]:
    most = max(counts.values(), default=0)
    return [
        Bar(shown[value][0], count, round(WIDTH * count / most, 1), shown[value][1])
        for value, count in list(counts.items())[:MOST_BARS]
    ]
