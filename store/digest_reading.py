"""Reads what digests and feeds say of publications and sources, in a few statements for all of them."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from sqlmodel import Session, col, select

from config.themes import vocabulary
from store import lesson_rows
from store.digest_facts import DocumentFact, EntryFact, LessonFact, PublicationFact, SourceFact
from store.models import Document, Entry, Incident, Publication, Publisher, Source, Version

HIDDEN = ("suspected", "removed")
AT_ONCE = 500
"""How many ids one statement names: SQLite limits the variables of a statement."""
Told = tuple[int | None, int | None]
"""The first digest of a subscription that listed a publication, and the last that said it was withdrawn."""


def publication_facts(
    session: Session, keys: Collection[int], told: Mapping[int, Told] = MappingProxyType({})
) -> dict[int, PublicationFact]:
    """What a digest may say of these publications; `told`: what a subscription has been told of them before."""
    documents, entries, lessons = _documents(session, keys), _entries(session, keys), _lessons(session, keys)
    names = {theme.slug: theme.name for theme in vocabulary().themes}
    found = {}
    for part in parts(keys):
        rows = session.exec(
            select(Publication, Publisher)
            .outerjoin(Publisher, col(Publisher.id) == col(Publication.publisher_id))
            .where(col(Publication.id).in_(part))
        )
        for row, publisher in rows:
            key = row_id(row.id)
            listed, withdrawn = told.get(key, (None, None))
            found[key] = PublicationFact(
                **row.model_dump(include={"title", "kind", "status", "derivative", "area", "abstract"}),
                **row.model_dump(include={"published", "precision", "basis"}),
                id=key,
                publisher=publisher.short if publisher else "",
                publisher_kind=publisher.kind if publisher else "",
                region=publisher.region if publisher else "",
                themes=tuple(names.get(theme, theme) for theme in row.themes),
                documents=tuple(documents.get(key, ())),
                entries=tuple(entries.get(key, ())),
                lessons=lessons.get(key, ()),
                told_in=listed,
                withdrawal_told_in=withdrawn,
            )
    return found


def _documents(session: Session, keys: Collection[int]) -> dict[int, list[DocumentFact]]:
    """Documents and the version of each that may be shown. Without one only what was never hidden is named."""
    found: dict[int, list[DocumentFact]] = {}
    hidden = select(Version.document_id).where(col(Version.state).in_(HIDDEN))
    for part in parts(keys):
        rows = session.exec(
            select(Document, Version, col(Document.id).in_(hidden))
            .outerjoin(Version, col(Version.id) == col(Document.current_version_id))
            .where(col(Document.publication_id).in_(part))
            .order_by(col(Document.id))
        )
        for document, version, was_hidden in rows:
            may_be_shown = version.state == "current" if version else not was_hidden
            fact = DocumentFact(
                id=row_id(document.id),
                role=document.role,
                text=document.text,
                url=document.url,
                size=version.size if version else None,
                pages=version.pages if version else None,
                available=document.gone_at is None and may_be_shown,
            )
            found.setdefault(row_id(document.publication_id), []).append(fact)
    return found


def _entries(session: Session, keys: Collection[int]) -> dict[int, list[EntryFact]]:
    """Live entries, the publishers' own first, then the witnesses; each address once."""
    found: dict[int, dict[str, EntryFact]] = {}
    for part in parts(keys):
        rows = session.exec(
            select(Entry, Publisher)
            .join(Source, col(Source.id) == col(Entry.source_id))
            .join(Publisher, col(Publisher.id) == col(Source.publisher_id))
            .where(col(Entry.publication_id).in_(part), col(Entry.gone_at).is_(None))
            .order_by(col(Source.role), col(Entry.id))  # "publisher" comes before "witness"
        )
        for entry, publisher in rows:
            fact = EntryFact(publisher_id=publisher.id, publisher=publisher.short, url=entry.url)
            found.setdefault(row_id(entry.publication_id), {}).setdefault(entry.url, fact)
    return {key: list(facts.values()) for key, facts in found.items()}


def _lessons(session: Session, keys: Collection[int]) -> dict[int, tuple[LessonFact, ...]]:
    found = lesson_rows.of_publications(session, keys)
    return {
        key: tuple(LessonFact(one.text, one.page) for one in lesson_rows.foremost(lessons))
        for key, lessons in found.items()
    }


def source_facts(session: Session) -> tuple[SourceFact, ...]:
    """All enabled sources, as they are now."""
    open_kinds: dict[int, str] = {}
    for incident in session.exec(
        select(Incident).where(col(Incident.resolved_at).is_(None)).order_by(col(Incident.id))
    ):
        open_kinds.setdefault(incident.source_id, incident.kind)
    rows = session.exec(
        select(Source, Publisher)
        .join(Publisher, col(Publisher.id) == col(Source.publisher_id))
        .where(col(Source.enabled).is_(True))
        .order_by(col(Source.id))
    )
    return tuple(
        SourceFact(publisher.short, source.last_good_at, source.failing_since, open_kinds.get(row_id(source.id), ""))
        for source, publisher in rows
    )


def parts(keys: Collection[int]) -> Iterable[list[int]]:
    """The keys in order, in lists that one statement can name."""
    ordered = sorted(keys)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


def row_id(value: int | None) -> int:
    assert value is not None, "the row has been stored"
    return value
