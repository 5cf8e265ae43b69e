"""The archive as lines that other programs read: JSON lines, CSV, RIS. Nothing suspected or removed is in them."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from store.models import Change, Document, Entry, Publication, Source, Version
from store.publications import SHOWN, is_superseded

AT_ONCE = 200
"""Publications whose rows are asked for together."""
RIS_KINDS = {"news": "NEWS", "guidance": "GEN", "research": "RPRT"}


@dataclass(frozen=True)
class _Held:
    """What a portion of publications has, each by the publication's number; `versions`: the current ones by theirs."""

    entries: dict[int | None, list[Entry]]
    documents: dict[int | None, list[Document]]
    changes: dict[int | None, list[Change]]
    versions: dict[int | None, Version]


def records(session: Session, ids: Iterable[int] | None = None) -> Iterator[dict[str, Any]]:
    """A record for each publication, in the order of their ids, as design.md section 6 says."""
    statement = select(Publication).where(Publication.status != "joined").order_by(col(Publication.id))
    if ids is not None:
        statement = statement.where(col(Publication.id).in_(list(ids)))
    names = {source.id: source for source in session.exec(select(Source))}
    for portion in session.exec(statement).partitions(AT_ONCE):
        held = _held(session, [publication.id or 0 for publication in portion])
        yield from (_record(publication, held, names) for publication in portion)


def _held(session: Session, ids: list[int]) -> _Held:
    def of_them(model: Any, *order: Any) -> dict[int | None, list[Any]]:
        found: dict[int | None, list[Any]] = defaultdict(list)
        for row in session.exec(select(model).where(col(model.publication_id).in_(ids)).order_by(*order)):
            found[row.publication_id].append(row)
        return found

    current = select(Version).join(Document, col(Document.current_version_id) == col(Version.id))
    versions = session.exec(current.where(col(Document.publication_id).in_(ids)))
    return _Held(
        of_them(Entry, col(Entry.id)),
        of_them(Document, col(Document.id)),
        of_them(Change, col(Change.at), col(Change.id)),
        {version.id: version for version in versions},
    )


def _record(publication: Publication, held: _Held, sources: dict[int | None, Source]) -> dict[str, Any]:
    entries = held.entries[publication.id]
    shown = publication.status in SHOWN
    return {
        "id": publication.id,
        "title": publication.title,
        "kind": publication.kind,
        "publishers": _publishers(publication, entries, sources),
        "area": publication.area,
        "subject": publication.subject,
        "published": _published(publication),
        "first_seen": publication.first_seen.isoformat(),
        "status": publication.status,
        "themes": publication.themes,
        "entries": [_entry(entry, sources) for entry in entries],
        "documents": [
            _document(document, held.versions.get(document.current_version_id), shown)
            for document in held.documents[publication.id]
            if not (shown and is_superseded(document))
        ],
        "changes": [
            {"id": change.id, "kind": change.kind, "at": change.at.isoformat(), "note": change.note}
            for change in held.changes[publication.id]
        ],
    }


def _publishers(publication: Publication, entries: Iterable[Entry], sources: dict[int | None, Source]) -> list[str]:
    """Who issues it: the areas that its entries name, else the lists that carry it; an unknown area stays unknown."""
    if publication.anonymous:
        return []
    named = {entry.area_publisher_id for entry in entries if entry.area_publisher_id}
    issuers = named or {sources[entry.source_id].publisher_id for entry in entries}
    first = [publication.publisher_id] if publication.publisher_id in issuers else []
    return [one for one in [*first, *sorted(issuers - set(first))] if one]


def _published(publication: Publication) -> dict[str, str] | None:
    if publication.published is None:
        return None
    return {
        "date": publication.published.isoformat(),
        "precision": publication.precision,
        "basis": publication.basis,
    }


def _entry(entry: Entry, sources: dict[int | None, Source]) -> dict[str, Any]:
    return {
        "source": sources[entry.source_id].name,
        "key": entry.key,
        "url": entry.url,
        "heading": entry.heading,
        "first_seen": entry.first_seen.isoformat(),
        "last_seen": entry.last_seen.isoformat(),
    }


def _document(document: Document, current: Version | None, shown: bool) -> dict[str, Any]:
    """A hidden version's hash and pages are left out: they identify what was withdrawn."""
    version = current if current and current.state == "current" and shown else None
    return {
        "role": document.role,
        "url": document.url,
        "media_type": version.media_type if version else document.media_type,
        "sha256": version.sha256 if version else None,
        "pages": version.pages if version else None,
    }


def write(records_: Iterable[dict[str, Any]], form: str) -> Iterator[str]:
    """Lines of the export, without line ends. Forms: jsonl, csv, ris."""
    if form == "jsonl":
        return (json.dumps(one, ensure_ascii=False) for one in records_)
    return _csv(records_) if form == "csv" else _ris(records_)


CSV_COLUMNS = (
    "id", "title", "kind", "publishers", "area", "subject", "published", "precision", "first_seen", "status", "themes",
    "address", "documents",
)  # fmt: skip


def _csv(records_: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield csv_line(CSV_COLUMNS)
    for one in records_:
        published = one["published"] or {}
        yield csv_line(
            [
                one["id"], one["title"], one["kind"], "; ".join(one["publishers"]), one["area"], one["subject"],
                published.get("date", ""), published.get("precision", ""), one["first_seen"], one["status"],
                "; ".join(one["themes"]), next((entry["url"] for entry in one["entries"]), ""),
                "; ".join(document["url"] for document in one["documents"]),
            ]
        )  # fmt: skip


def csv_line(values: Iterable[Any]) -> str:
    """One CSV line; a cell that a spreadsheet would take for a formula is defused with an apostrophe."""
    buffer = io.StringIO()
    cells = [f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value for value in values]
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _ris(records_: Iterable[dict[str, Any]]) -> Iterator[str]:
    for one in records_:
        yield f"TY  - {RIS_KINDS.get(one['kind'], 'RPRT')}"
        yield f"TI  - {_one_line(one['title'])}"
        for publisher in one["publishers"]:
            yield f"PB  - {_one_line(publisher)}"
        if one["published"]:
            yield f"PY  - {one['published']['date'][:4]}"
        for theme in one["themes"]:
            yield f"KW  - {_one_line(theme)}"
        for entry in one["entries"][:1]:
            yield f"UR  - {_one_line(entry['url'])}"
        yield f"ID  - {one['id']}"
        yield "ER  - "


def _one_line(text: str) -> str:
    return " ".join(text.split())
