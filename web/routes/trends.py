"""How many publications a search has by year, theme, region, age and agency: charts made here, each with its table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from alerts.words import counted
from config.agencies import agencies
from config.themes import vocabulary
from store.ages import AgeBand
from store.database import reading
from store.trends import Trends
from store.trends import trends as count
from web.context import Here, Who
from web.searching import AsWanted, Wanted, narrowed
from web.templating import page
from web.words import AGE_BANDS

router = APIRouter(prefix="/trends", include_in_schema=False)
MOST_YEARS = 30
WIDTH = 220
"""Of the longest bar, in the chart's own units."""
TITLES = {
    "year": "By year", "theme": "By theme", "region": "By region", "age": "By age of the child",
    "agency": "By agency in its lessons",
}  # fmt: skip
WITHOUT = {
    "year": "without a date", "theme": "without a theme", "region": "without a region",
    "age": "without an age that we can quote", "agency": "without an agency that its lessons name",
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    text: str
    count: int
    length: float
    link: str


@dataclass(frozen=True)
class Chart:
    """`left_out`: in words what no bar shows; empty when every publication is in one."""

    title: str
    bars: list[Bar]
    left_out: str


@router.get("")
def trends(request: Request, here: Here, visitor: Who, wanted: AsWanted) -> HTMLResponse:
    with reading(here.engine) as session:
        found = count(session, narrowed(session, wanted, visitor.team))
    charts = [chart for chart in _charts(found, wanted) if chart.bars]
    return page(request, "trends.html", {"wanted": wanted, "total": found.total, "charts": charts})


def _charts(found: Trends, wanted: Wanted) -> Iterator[Chart]:
    themes = {theme.slug: theme.name for theme in vocabulary().themes}
    names: dict[str, Mapping[str, str]] = {"theme": themes, "age": AGE_BANDS, "agency": agencies().names}
    for name, title in TITLES.items():
        counts = found.counts[name]
        shown = _in_order(name, counts)
        left_out = [f"{counted(found.without[name], 'publication')} {WITHOUT[name]}"] if found.without[name] else []
        if earlier := sum(times for value, times in counts.items() if value not in shown):
            left_out.append(f"{counted(earlier, 'publication')} before {next(iter(shown))}")
        yield Chart(title, _bars(shown, name, names.get(name, {}), wanted), "; ".join(left_out))


def _in_order(name: str, counts: Mapping[str, int]) -> Mapping[str, int]:
    """Years with those between that have none, the latest where there are very many; ages as they grow."""
    if name == "age":
        return {band: counts[band] for band in AgeBand if band in counts}
    if name != "year":
        return counts
    years = [int(year) for year in counts]
    every = range(min(years), max(years) + 1) if years else range(0)
    return {str(year): counts.get(str(year), 0) for year in every[-MOST_YEARS:]}


def _bars(counts: Mapping[str, int], name: str, names: Mapping[str, str], wanted: Wanted) -> list[Bar]:
    most = max(counts.values(), default=0)
    return [
        Bar(names.get(value, value), times, round(WIDTH * times / most, 1), wanted.link(**{name: value}))
        for value, times in counts.items()
    ]
