"""What the national collection's entries say of lessons, under their labels: its words, never a document's.

Rules 6 and 7: only of publications that are shown, of entries that are listed still, and never what an anonymous
entry says beside a named area.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from config.agencies import agencies
from config.themes import vocabulary
from store.lesson_rows import SHOWN
from store.lessons import cut
from store.models import Entry, Publication, Publisher, Source

COLLECTION = "nspcc"
"""The kind of source whose labels are known: see spiders.parsing.collection.NAMES."""
LABELS = ("Key issues", "Learning", "Recommendations", "Keywords")


@dataclass(frozen=True)
class Said:
    """One label of one entry. `publisher`, `url`: whose entry, and where it stands; `text` as it is printed there."""

    publication: int
    title: str
    entry: int
    publisher: str
    url: str
    label: str
    text: str

    @property
    def themes(self) -> list[str]:
        return vocabulary().find(self.text)

    @property
    def agencies(self) -> list[str]:
        return agencies().find(self.text)


def of_publication(session: Session, publication_id: int) -> list[Said]:
    return _said(session, _entries().where(col(Publication.id) == publication_id))


def listed(session: Session, *, after: int = 0, limit: int = 100) -> list[Said]:
    """Of the next `limit` entries with labels, by their ids: an order that stays true while new ones come."""
    return _said(session, _entries().where(col(Entry.id) > after).limit(limit))


def of_labels(labels: dict[str, str]) -> Sequence[tuple[str, str]]:
    """The labels that tell of lessons with their texts, in the order of `LABELS`."""
    return [(name, cut(labels[name].strip())) for name in LABELS if labels.get(name, "").strip()]


def _entries() -> Any:
    has_any = [col(Entry.labels)[name].as_string() != "" for name in LABELS]
    return (
        sa.select(
            col(Publication.id), col(Publication.title), col(Entry.id), col(Publisher.name), col(Publisher.short),
            col(Entry.page), col(Entry.url), col(Entry.labels),
        )
        .join(Publication, col(Publication.id) == col(Entry.publication_id))
        .join(Source, col(Source.id) == col(Entry.source_id))
        .join(Publisher, col(Publisher.id) == col(Source.publisher_id))
        .where(
            col(Source.kind) == COLLECTION, col(Publication.status).in_(SHOWN), col(Entry.gone_at).is_(None),
            col(Entry.anonymous) == col(Publication.anonymous), sa.or_(*has_any),
        )
        .order_by(col(Entry.id))
    )  # fmt: skip


def _said(session: Session, statement: Any) -> list[Said]:
    return [
        Said(publication, title, entry, short or name, url or page, label, text)
        for publication, title, entry, name, short, page, url, labels in session.execute(statement)
        for label, text in of_labels(labels)
    ]
