"""The documents that entries link to: found or made many at once, and the links kept as the newest reading has them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.addresses import address_key, host_of
from store.database import METADATA
from store.models import Document, EntryDocument
from store.reading import SeenDocument, SeenEntry

_ASKED_AT_ONCE = 500
One = TypeVar("One")


def link(
    session: Session,
    known: Sequence[tuple[int, SeenEntry]],
    added: Sequence[tuple[int, SeenEntry]],
    *,
    now: datetime,
) -> None:
    """Link each entry (by id) to the documents that it lists; a link that is not there any more is dropped.

    `added`: entries that are new, and so have no links yet.
    """
    listed = [*known, *added]
    keys = {document.url: address_key(document.url) for _, seen in listed for document in seen.documents}
    documents = _documents(session, [document for _, seen in listed for document in seen.documents], keys, now)
    links = _links(session, [entry_id for entry_id, _ in known])
    new: dict[tuple[int, int], dict[str, Any]] = {}
    for entry_id, seen in listed:
        stays = {documents[keys[document.url]] for document in seen.documents}
        _keep(links.get(entry_id, {}), stays, now)
        for document_id in stays - links.get(entry_id, {}).keys():
            new[entry_id, document_id] = {"entry_id": entry_id, "document_id": document_id, "first_seen": now}
    if new:
        session.execute(sa.insert(METADATA.tables["entrydocument"]), list(new.values()))


def _keep(links: Mapping[int, EntryDocument], stays: Collection[int], now: datetime) -> None:
    for document_id, one in links.items():
        one.dropped_at = None if document_id in stays else one.dropped_at or now


def _links(session: Session, entry_ids: Sequence[int]) -> dict[int, dict[int, EntryDocument]]:
    found: dict[int, dict[int, EntryDocument]] = {}
    for some in _parts(entry_ids):
        for one in session.exec(select(EntryDocument).where(col(EntryDocument.entry_id).in_(some))):
            found.setdefault(one.entry_id, {})[one.document_id] = one
    return found


def _documents(
    session: Session, listed: Iterable[SeenDocument], keys: Mapping[str, str], now: datetime
) -> dict[str, int]:
    """The id of each, by its address key; those that are new are added."""
    by_key: dict[str, list[SeenDocument]] = {}
    for document in listed:
        by_key.setdefault(keys[document.url], []).append(document)
    known = {row.canonical: row for row in _known(session, list(by_key))}
    for key, row in known.items():
        if any(one.fetch for one in by_key[key]) and not row.fetch:
            row.fetch, row.due_at = True, now
        row.url = by_key[key][-1].url  # a signed or moved form of the same address: the newest one works
    new = [_row(key, by_key[key], now) for key in by_key if key not in known]
    return {key: row.id or 0 for key, row in known.items()} | (_added(session, new) if new else {})


def _known(session: Session, keys: Sequence[str]) -> Iterable[Document]:
    for some in _parts(keys):
        yield from session.exec(select(Document).where(col(Document.canonical).in_(some)))


def _added(session: Session, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    table = METADATA.tables["document"]
    added = session.execute(sa.insert(table).returning(table.c.canonical, table.c.id), rows)
    return dict(added.all())


def _row(key: str, listed: Sequence[SeenDocument], now: datetime) -> dict[str, Any]:
    """What several entries say of one new document: the first one names it, the last one has its address."""
    seen, fetch = listed[0], any(one.fetch for one in listed)
    return {
        "url": listed[-1].url,
        "canonical": key,
        "host": host_of(seen.url),
        "role": seen.role.value,
        "text": seen.text,
        "media_type": seen.media_type,
        "stated": seen.stated.day if seen.stated else None,
        "first_seen": now,
        "fetch": fetch,
        "due_at": now if fetch else None,
    }


def _parts(all_of: Sequence[One]) -> Iterable[Sequence[One]]:
    return (all_of[start : start + _ASKED_AT_ONCE] for start in range(0, len(all_of), _ASKED_AT_ONCE))
