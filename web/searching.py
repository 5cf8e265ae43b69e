"""A request's words and filters as one query, the same for page, API, feed and downloads."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from sqlmodel import Session

from config.themes import vocabulary
from store.asked import asked
from store.marks import MarkState, all_of_team
from store.query import Among, And, Filter, Node, Not, Published, parse
from store.query import Query as Sought
from store.search import Sort

PAGE_SIZE = 10
LAST_PAGE = 1000
UNMARKED = "none"
"""For the filter by marks: those that the team has not marked."""
FILTERED = ("kind", "area", "publisher", "region", "nation", "theme", "year", "source", "has", "age", "agency")


@dataclass(frozen=True)
class Wanted:
    """What was asked for: `q` in the query language, filters beside it. `page` counts from 1."""

    q: str = ""
    kind: str = ""
    area: str = ""
    publisher: str = ""
    region: str = ""
    nation: str = ""
    theme: str = ""
    year: str = ""
    source: str = ""
    has: str = ""
    age: str = ""
    agency: str = ""
    mark: str = ""
    """The visitor's team's: a MarkState, or `none`. A filter of lists, not of topics: see `narrowed`."""
    since: date | None = None
    until: date | None = None
    sort: Sort = "best"
    page: int = 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    @property
    def _asked(self) -> Sought:
        return asked(self.q, vocabulary().synonyms)

    @property
    def query(self) -> Sought:
        parsed = self._asked
        return replace(parsed, root=And((*parsed.root.nodes, *self._nodes())))

    def _nodes(self) -> Iterator[Node]:
        for name in (name for name in FILTERED if name != "year"):
            if value := getattr(self, name).strip():
                yield Filter(name, value)
        if self.year.strip():
            yield from parse(f"year:{self.year.strip()}").root.nodes
        if self.since or self.until:
            after_last = self.until + timedelta(days=1) if self.until and self.until < date.max else None
            yield Published(self.since, after_last, printed="published in this period")

    @property
    def text(self) -> str:
        """All of it in the query language: what a topic keeps, which finds what the page shows."""
        parts = [self._asked.text.strip()]
        parts += [f'{name}:"{_plain(getattr(self, name))}"' for name in FILTERED if getattr(self, name).strip()]
        parts += [f"after:{self.since}"] if self.since else []
        parts += [f"before:{self.until + timedelta(days=1)}"] if self.until and self.until < date.max else []
        return " ".join(part for part in parts if part)

    def link(self, path: str = "/", **changed: str | int) -> str:
        """The address of the same search with something changed; any change but of the page goes to page 1."""
        values = {name: str(value) for name, value in self.__dict__.items() if value}
        values |= {"page": "1"} | {name: str(value) for name, value in changed.items()}
        kept = {name: value for name, value in values.items() if value and (name, value) not in _DEFAULTS}
        return f"{path}?{urlencode(kept)}" if kept else path


_DEFAULTS = {("page", "1"), ("sort", "best")}
_Text = Annotated[str, Query(max_length=300)]


def _plain(text: str) -> str:
    return text.strip().replace('"', " ")


def wanted(
    q: Annotated[str, Query(max_length=2000)] = "",
    kind: _Text = "",
    area: _Text = "",
    publisher: _Text = "",
    region: _Text = "",
    nation: _Text = "",
    theme: _Text = "",
    year: _Text = "",
    source: _Text = "",
    has: _Text = "",
    age: _Text = "",
    agency: _Text = "",
    mark: Annotated[str, Query(max_length=20, description="Of your team: read, used, not_relevant or none")] = "",
    since: Annotated[str, Query(max_length=40)] = "",
    until: Annotated[str, Query(max_length=40)] = "",
    sort: Annotated[str, Query(max_length=10)] = "best",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> Wanted:
    """Of a page's address. A date that is none is left out, as everything else that cannot be understood."""
    return Wanted(
        q=q, kind=kind, area=area, publisher=publisher, region=region, nation=nation, theme=theme, year=year,
        source=source, has=has, age=age, agency=agency, mark=mark if mark in (*MarkState, UNMARKED) else "",
        since=_day(since), until=_day(until), sort="newest" if sort == "newest" else "best", page=page,
    )  # fmt: skip


def narrowed(session: Session, wanted: Wanted, team: str) -> Sought:
    """The query, and of what it finds only what the team has marked so, or has not marked yet."""
    if not wanted.mark:
        return wanted.query
    marked = all_of_team(session, team)
    some = frozenset(key for key, state in marked.items() if wanted.mark in (state, UNMARKED))
    node: Node = Among(some, "marked by your team")
    query = wanted.query
    return replace(query, root=And((*query.root.nodes, Not(node) if wanted.mark == UNMARKED else node)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


AsWanted = Annotated[Wanted, Depends(wanted)]
