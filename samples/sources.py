"""The sources of the story, and the sources.toml that has reviewwatch read them from a running server."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from samples.cases import NAMES
from samples.govuk_items import COLLECTION, ORGANISATION
from samples.national import INSPECTIONS, UPDATE, YEAR_LIST
from samples.partnerships import LISTINGS


@dataclass(frozen=True)
class Source:
    """One address to read; `role` as in sources.toml."""

    name: str
    publisher: str
    kind: str
    path: str
    role: str = "publisher"


SOURCES: tuple[Source, ...] = (
    *(Source(listing.source, listing.publisher, "listing", listing.path) for listing in LISTINGS),
    Source("brackenholt-news", "brackenholt", "wordpress", "/"),
    Source("thornmere-sitemap", "thornmere", "sitemap", "/sitemap.xml"),
    Source("fenlow-newsletter", "fenlow", "newsletter", "/newsletter", "witness"),
    Source("valenews-feed", "valenews", "feed", "/feed.xml", "witness"),
    Source("govuk-organisation", "govuk", "govuk", ORGANISATION),
    Source("govuk-collection", "govuk", "govuk", COLLECTION),
    Source("panel-publications", "panel", "panel", "/publications/"),
    Source("inspectorate-letters", "inspectorate", "ofsted", INSPECTIONS),
    Source("society-year-list", "society", "nspcc", YEAR_LIST, "witness"),
    Source("society-update", "society", "nspcc", UPDATE, "witness"),
)
KINDS = frozenset(source.kind for source in SOURCES)

_ALIASES = {
    "exampleshire": ["Exampleshire LSCB", "ESCP"],
    "wexmoor": ["Wexmoor LSCB", "WSCP"],
    "penwick": ["Penwick LSCB", "PSCP"],
    "merefold": ["Merefold", "Dunmere", "MDSP"],
    "ambleford": ["Ambleford LSCB", "ESCP"],  # two bodies with one acronym, as in life
}
_SHORT = {
    "merefold": "Merefold and Dunmere",
    "valenews": "Vale region",
    "govuk": "Learning Panel",
    "panel": "Panel's own site",
}
_BODIES = {
    "valenews": "national",
    "govuk": "government",
    "panel": "national",
    "inspectorate": "inspectorate",
    "society": "charity",
}


class Origins(Protocol):
    """What knows a publisher's origin: a running `SampleServer`."""

    def base(self, publisher_id: str) -> str: ...


def sources_toml(server: Origins, kinds: Collection[str] = KINDS) -> str:
    """A sources.toml of all publishers, and of the sources of those kinds, at their real addresses."""
    publishers = [_publisher(name) for name in NAMES]
    return "\n".join([*publishers, *(_source(source, server) for source in SOURCES if source.kind in kinds)])


def _publisher(name: str) -> str:
    kind = _BODIES.get(name, "partnership")
    rows = {
        "id": name,
        "name": NAMES[name],
        "short": _SHORT.get(name, name.capitalize()),
        "aliases": _ALIASES.get(name, []),
    }
    return _table("publisher", rows | {"kind": kind, "region": "Vale", "nation": "England"})


def _source(source: Source, server: Origins) -> str:
    rows = {
        "name": source.name,
        "publisher": source.publisher,
        "kind": source.kind,
        "url": server.base(source.publisher) + source.path,
    }
    return _table("source", rows | {"role": source.role, "every": "1 day", "enabled": True})


def _table(name: str, rows: Mapping[str, object]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
    return "\n".join([f"[[{name}]]", *lines, ""])
