"""The search page, and its results as files."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from sqlmodel import Session

from alerts.words import KINDS
from config.agencies import agencies
from config.themes import vocabulary
from store import export, lines, marks
from store.database import reading
from store.query import Query
from store.search import Results, matching_ids, search
from store.wider import meant, suggestions
from web.context import Here, Who
from web.searching import FILTERED, PAGE_SIZE, UNMARKED, AsWanted, Wanted, narrowed
from web.templating import page
from web.words import AGE_BANDS, MARKS

router = APIRouter(include_in_schema=False)
FACET_NAMES = {
    "kind": "Kind",
    "publisher": "Publisher",
    "area": "Area",
    "region": "Region",
    "nation": "Nation",
    "theme": "Theme",
    "year": "Year",
    "source": "Source",
    "has": "Has",
    "age": "Age of the child",
    "agency": "Agency in its lessons",
}
TEAM = "Your team"
MARKED = {UNMARKED: "Not marked yet", **MARKS}
FACET_VALUES = 8
AT_ONCE = 500
DownloadForm = Literal["csv", "jsonl", "ris"]
DOWNLOADS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "jsonl": ("application/jsonl; charset=utf-8", "jsonl"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a facet, the number of publications that have it, and where choosing it leads."""

    text: str
    count: int
    link: str


@router.get("/")
def search_page(request: Request, here: Here, visitor: Who, wanted: AsWanted) -> HTMLResponse:
    with reading(here.engine) as session:
        query = narrowed(session, wanted, visitor.team)
        results = search(session, query, limit=PAGE_SIZE, offset=wanted.offset, sort=wanted.sort)
        total = results.total
        instead = [] if total else suggestions(session, query)
        wider = None if total else meant(session, query)
        if wider:
            results = search(session, wider, limit=PAGE_SIZE, offset=wanted.offset, sort=wanted.sort)
        shown = lines.publication_lines(session, [hit.publication_id for hit in results.hits])
        marked = marks.of_team(session, visitor.team, list(shown))
        names = lines.publisher_names(session)
        by_mark = {} if wanted.mark else _by_mark(session, query, total, visitor.team)
    values = {
        "wanted": wanted,
        "explained": query.explained if wanted.q.strip() else "",
        "total": total,
        "wider": wider.explained if wider and results.total else "",
        "hits": [(hit, shown[hit.publication_id]) for hit in results.hits if hit.publication_id in shown],
        "marked": marked,
        "facets": [*_facets(wanted, results, names), *_team(wanted, by_mark)],
        "chosen": _chosen(wanted, names),
        "instead": [(text, wanted.link(q=text)) for text in instead],
        "pages": ceil(results.total / PAGE_SIZE),
    }
    return page(request, "search.html", values)


def _facets(wanted: Wanted, results: Results, names: dict[str, str]) -> list[tuple[str, list[Choice]]]:
    """Facets that would narrow the search, of what is not chosen yet."""
    found = []
    for name, title in FACET_NAMES.items():
        counts = results.facets.get(name, {})
        if getattr(wanted, name) or all(count == results.total for count in counts.values()):
            continue
        shown = list(counts.items())[:FACET_VALUES]
        found.append((title, [_choice(wanted, name, value, count, names) for value, count in shown]))
    return found


def _by_mark(session: Session, query: Query, total: int, team: str) -> dict[str, int]:
    """How many of those found the team has marked as what, and how many not yet; nothing where it has marked none."""
    marked = marks.all_of_team(session, team)
    counts = Counter(marked[key] for key in matching_ids(session, query, marked)) if marked else Counter[str]()
    return {**counts, UNMARKED: total - counts.total()} if counts else {}


def _team(wanted: Wanted, counts: dict[str, int]) -> Iterator[tuple[str, list[Choice]]]:
    names = {name: count for name in MARKED if (count := counts.get(name))}
    if len(names) > 1:
        yield TEAM, [Choice(MARKED[name], count, wanted.link(mark=name)) for name, count in names.items()]


def _choice(wanted: Wanted, name: str, value: str, count: int, names: dict[str, str]) -> Choice:
    return Choice(_printed(name, value, names), count, wanted.link(**{name: value}))


def _chosen(wanted: Wanted, names: dict[str, str]) -> list[Choice]:
    """What narrows the search now; the link takes it away."""
    values = [(name, getattr(wanted, name)) for name in FILTERED if getattr(wanted, name)]
    chosen = [
        Choice(f"{FACET_NAMES[name]}: {_printed(name, value, names)}", 0, wanted.link(**{name: ""}))
        for name, value in values
    ]
    if wanted.mark:
        chosen.append(Choice(f"{TEAM}: {MARKED[wanted.mark]}", 0, wanted.link(mark="")))
    if wanted.since:
        chosen.append(Choice(f"From {wanted.since.isoformat()}", 0, wanted.link(since="")))
    if wanted.until:
        chosen.append(Choice(f"Until {wanted.until.isoformat()}", 0, wanted.link(until="")))
    return chosen


def _printed(name: str, value: str, names: dict[str, str]) -> str:
    if name == "kind":
        return KINDS.get(value, value)
    if name == "has":
        return value.capitalize()
    if name == "theme":
        return next((theme.name for theme in vocabulary().themes if theme.slug == value), value)
    known = {"publisher": names, "age": AGE_BANDS, "agency": agencies().names}
    return known.get(name, {}).get(value, value)


@router.get("/search.{form}")
def download(here: Here, visitor: Who, wanted: AsWanted, form: DownloadForm) -> StreamingResponse:
    """All results, in the order of their numbers."""
    media_type, suffix = DOWNLOADS[form]

    def text() -> Iterator[str]:
        with reading(here.engine) as session:
            found = sorted(matching_ids(session, narrowed(session, wanted, visitor.team)))
            for start in range(0, len(found), AT_ONCE):
                part = export.records(session, found[start : start + AT_ONCE])
                skipped = 1 if form == "csv" and start else 0  # the line of column names comes once
                yield from (f"{line}\n" for line in list(export.write(part, form))[skipped:])

    headers = {"Content-Disposition": f'attachment; filename="reviews.{suffix}"'}
    return StreamingResponse(text(), media_type=media_type, headers=headers)
