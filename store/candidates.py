"""Facts for matching, read from the tables: of an entry, and of the publications that it could belong to."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from store.matching import EntryFacts, PublicationFacts, subject_forms
from store.models import Document, Entry, EntryDocument, Match, Publication, Source, Version
from store.publications import documents_of, entries_of, entry_documents, is_live

MAIN_ROLES = ("overview_report", "executive_summary", "learning_brief", "other")
"""Roles by which two publications can be the same, best first: a shared annex or response proves nothing."""


def main_documents(documents: Sequence[Document]) -> list[Document]:
    """The documents by which a publication is known: those of its best role."""
    fetched = [document for document in documents if document.fetch]
    for role in MAIN_ROLES:
        best = [document for document in fetched if document.role == role]
        if best:
            return best
    return []


def _hashes(session: Session, documents: Sequence[Document]) -> frozenset[str]:
    ids = [document.id for document in documents]
    statement = select(Version.sha256).where(col(Version.document_id).in_(ids), Version.state != "removed")
    return frozenset(session.exec(statement))


def entry_facts(session: Session, entry: Entry) -> EntryFacts:
    source = session.get_one(Source, entry.source_id)
    documents = main_documents(entry_documents(session, entry))
    own_address = entry.url not in (entry.page, source.url)
    return EntryFacts(
        source_id=entry.source_id,
        witness=source.role == "witness",
        kind=entry.kind,
        anonymous=entry.anonymous,
        area=entry.area_publisher_id,
        subjects=subject_forms(entry.subject),
        year=_year(entry),
        address=entry.canonical if own_address else "",
        documents=frozenset(document.canonical for document in documents),
        bytes=_hashes(session, documents),
    )


def _year(entry: Entry) -> int | None:
    if entry.published:
        return entry.published.year
    return None if entry.baseline else entry.first_seen.year


def candidates(session: Session, entry: Entry) -> list[PublicationFacts]:
    """The publications that could be the same, found through indexes: addresses, documents, bytes, area and subject."""
    mine = main_documents(entry_documents(session, entry))
    ids = [document.id for document in mine]
    hashes = _hashes(session, mine)
    by_link = (
        select(Entry.publication_id)
        .join(EntryDocument, col(EntryDocument.entry_id) == col(Entry.id))
        .where(col(EntryDocument.document_id).in_(ids))
    )
    by_bytes = (
        select(Document.publication_id)
        .join(Version, col(Version.document_id) == col(Document.id))
        .where(col(Version.sha256).in_(hashes))
    )
    addresses = [entry.canonical, *(document.canonical for document in mine)]
    by_address = select(Entry.publication_id).where(col(Entry.canonical).in_(addresses))
    by_own_document = select(Document.publication_id).where(Document.canonical == entry.canonical)
    found = {
        one
        for query in (by_link, by_bytes, by_address, by_own_document)
        for one in session.exec(query)
        if one is not None
    }
    if entry.area_publisher_id and entry.subject:
        by_area = select(Entry.publication_id).where(Entry.area_publisher_id == entry.area_publisher_id)
        found |= {one for one in session.exec(by_area) if one is not None}
    rejected = set(
        session.exec(
            select(Match.publication_id).where(Match.entry_id == entry.id, col(Match.state).in_(["rejected", "undone"]))
        )
    )
    return [
        _publication_facts(session, session.get_one(Publication, one), rejected=one in rejected)
        for one in sorted(found)
        if one != entry.publication_id
    ]


def _publication_facts(session: Session, publication: Publication, *, rejected: bool) -> PublicationFacts:
    entries = entries_of(session, publication)
    sources = {entry.source_id: session.get_one(Source, entry.source_id) for entry in entries}
    documents = main_documents(documents_of(session, publication))
    return PublicationFacts(
        id=publication.id or 0,
        kinds=frozenset(entry.kind for entry in entries),
        anonymous=publication.anonymous,
        areas=frozenset(entry.area_publisher_id for entry in entries if entry.area_publisher_id),
        subjects=frozenset().union(*(subject_forms(entry.subject) for entry in entries)),
        years=frozenset(year for entry in entries if (year := _year(entry))),
        sources=frozenset(entry.source_id for entry in entries if is_live(entry)),
        witness_only=all(sources[entry.source_id].role == "witness" for entry in entries),
        addresses=frozenset(
            entry.canonical for entry in entries if entry.url not in (entry.page, sources[entry.source_id].url)
        ),
        documents=frozenset(document.canonical for document in documents),
        bytes=_hashes(session, documents),
        rejected=rejected,
    )
