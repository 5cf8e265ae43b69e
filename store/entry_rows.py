"""What an entry's row says of what a source said."""

from datetime import datetime, timedelta
from typing import Any

from store import sources
from store.addresses import address_key
from store.comparing import AS_BEFORE
from store.models import Entry, Source
from store.reading import SeenEntry, content_key

RECHECK_EVERY = timedelta(days=7)
_AS_SEEN = (
    "url", "page", "detail_page", "heading", "title", "area", "anonymous", "subject", "abstract", "language",
    "derivative",
)  # fmt: skip


def fields(source: Source, seen: SeenEntry, areas: dict[str, str], now: datetime) -> dict[str, Any]:
    """What an entry's row says of what was seen."""
    area = None if seen.anonymous else sources.area_publisher(seen.area, areas)
    if area is None and not seen.anonymous and not seen.area and source.role == "publisher":
        area = source.publisher_id  # a publisher's own list, which names no other area
    return {
        **{name: getattr(seen, name) for name in _AS_SEEN},
        "canonical": address_key(seen.url),
        "kind": seen.kind.value,
        "state": seen.state.value,
        "labels": dict(seen.labels),
        "themes": list(seen.themes),
        "flags": list(seen.flags),
        "notes": [{"at": note.at.isoformat(), "note": note.note} for note in seen.notes],
        "area_publisher_id": area,
        "published": seen.published.day if seen.published else None,
        "precision": seen.published.precision.value if seen.published else "",
        "basis": seen.published.basis.value if seen.published else "",
        "recheck_at": now + RECHECK_EVERY if seen.detail_page else None,
    }


def update(entry: Entry, found: dict[str, Any], seen: SeenEntry) -> None:
    entry.sqlmodel_update(found)
    entry.content_hash = content_key(seen) if AS_BEFORE not in seen.flags else entry.content_hash
    entry.revision = seen.labels.get("revision", entry.revision)


def new(source: Source, seen: SeenEntry, areas: dict[str, str], *, now: datetime, baseline: bool) -> dict[str, Any]:
    return {
        **fields(source, seen, areas, now),
        "source_id": source.id or 0,
        "key": seen.key,
        "first_seen": now,
        "last_seen": now,
        "baseline": baseline,
        "late_since": None if baseline else source.failing_since,
        "content_hash": content_key(seen) if AS_BEFORE not in seen.flags else "",
        "revision": seen.labels.get("revision", ""),
    }
