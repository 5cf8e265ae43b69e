"""Which lessons a request asks for: the same for the page and its files."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from store.lesson_search import Group, Wanted
from store.query import period
from web.searching import LAST_PAGE

PAGE_SIZE = 20


@dataclass(frozen=True)
class Asked:
    """As it stands in the address. `since` and `until` are a year, month or day; `page` counts from 1."""

    q: str = ""
    theme: str = ""
    kind: str = ""
    agency: str = ""
    age: str = ""
    area: str = ""
    region: str = ""
    topic: str = ""
    since: str = ""
    until: str = ""
    by: Group = "theme"
    page: int = 1

    @property
    def wanted(self) -> Wanted:
        first, after_last = period(self.since), period(self.until)
        return Wanted(
            self.q, self.theme, self.kind, self.agency, self.age, self.area, self.region, self.topic,
            since=first[0] if first else None, until=after_last[1] - timedelta(days=1) if after_last else None,
        )  # fmt: skip

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows beside the words, by name."""
        wanted = self.wanted
        named = ("theme", "kind", "agency", "age", "area", "region", "topic")
        values = {name: str(getattr(self, name)) for name in named}
        values |= {"since": self.since if wanted.since else "", "until": self.until if wanted.until else ""}
        return {name: value for name, value in values.items() if value}

    @property
    def more(self) -> bool:
        """Whether one of the rarer filters is in use."""
        return any((self.kind, self.age, self.area, self.region, self.topic, self.until))

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def link(self, path: str = "/lessons", **changed: str | int) -> str:
        """The address of the same with something changed; any change but of the page goes to page 1."""
        values = {**asdict(self), "page": 1, **changed}
        kept = {name: value for name, value in values.items() if value and value != _DEFAULTS.get(name)}
        return f"{path}?{urlencode(kept)}" if kept else path


_DEFAULTS = {"by": "theme", "page": 1}
_Text = Annotated[str, Query(max_length=300)]
_Short = Annotated[str, Query(max_length=40)]


def asked(
    q: _Text = "",
    theme: _Text = "",
    kind: _Short = "",
    agency: _Text = "",
    age: _Short = "",
    area: _Text = "",
    region: _Text = "",
    topic: _Text = "",
    since: _Short = "",
    until: _Short = "",
    by: _Short = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> Asked:
    """Of a page's address. What cannot be understood is left out."""
    return Asked(
        " ".join(q.split()), theme.strip(), kind if kind in ("recommendation", "learning") else "", agency.strip(),
        age.strip(), area.strip(), region.strip(), topic.strip(), since.strip(), until.strip(),
        by="agency" if by == "agency" else "theme", page=page,
    )  # fmt: skip


AsAsked = Annotated[Asked, Depends(asked)]
