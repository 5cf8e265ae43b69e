"""Facts for matching, read from the tables: of an entry, and of the publications that it could belong to."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from store import likeness, signatures
from store.case_facts import CaseFacts, stated
from store.comparing import plain
from store.likeness import Likeness
from store.matching import NEARLY_SAME, EntryFacts, PublicationFacts, subject_forms
from store.models import Document, Entry, EntryDocument, Match, Publication, Source, Version
from store.naming import nature, role_of
from store.publications import documents_of, entries_of, entry_documents, is_live

LONG = 5
"""Pages."""
MAIN_ROLES = ("overview_report", "executive_summary", "learning_brief", "other")
"""Roles by which two publications can be the same, best first: a shared annex or response proves nothing."""


SUMMARY_SHARE = 0.6
"""A summary is at most this long beside its report; texts of one length share a template instead."""


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
        nature=nature(entry.heading, derivative=entry.derivative),
        roles=_roles(session, entry),
        content_id=entry.key if source.kind == "govuk" else "",
        title=plain(entry.title or entry.heading),
        pages=_page_counts(session, documents),
        stated=_stated([entry]),
    )


def _page_counts(session: Session, documents: Sequence[Document]) -> frozenset[int]:
    """Of documents long enough that as many pages say something."""
    ids = [document.current_version_id for document in documents]
    statement = select(Version.pages).where(col(Version.id).in_(ids), col(Version.pages) >= LONG)
    return frozenset(pages for pages in session.exec(statement) if pages)


def _stated(entries: Sequence[Entry]) -> CaseFacts:
    return stated(
        text
        for entry in entries
        for text in (
            entry.heading,
            entry.title,
            entry.abstract,
            *(f"{name}: {it}" for name, it in entry.labels.items()),
        )
    )


def _roles(session: Session, entry: Entry) -> frozenset[str]:
    """The parts of a review that an entry is: what its heading says, and where it has several documents, these too."""
    named = role_of(entry.heading)
    roles = {document.role for document in entry_documents(session, entry)} - {"other", "annex"}
    if named and len(roles) <= 1:
        return frozenset({named})
    return frozenset(roles | {named} - {""} or {"overview_report"})


def _year(entry: Entry) -> int | None:
    if entry.published:
        return entry.published.year
    return None if entry.baseline else entry.first_seen.year


def candidates(session: Session, entry: Entry) -> list[PublicationFacts]:
    """The publications that could be the same, found through indexes: addresses, documents, bytes, text, area."""
    mine = main_documents(entry_documents(session, entry))
    texts, parts = _by_text(session, mine)
    found = _by_evidence(session, entry, mine) | texts.keys() | parts | _by_area(session, entry)
    found |= _by_reference(session, entry)
    parted = _parted(session, entry)
    return [
        _publication_facts(session, session.get_one(Publication, one), entry, texts.get(one, 0.0), one in parted)
        for one in sorted(found)
        if one != entry.publication_id
    ]


def _by_evidence(session: Session, entry: Entry, mine: Sequence[Document]) -> set[int]:
    ids = [document.id for document in mine]
    by_link = (
        select(Entry.publication_id)
        .join(EntryDocument, col(EntryDocument.entry_id) == col(Entry.id))
        .where(col(EntryDocument.document_id).in_(ids))
    )
    by_bytes = (
        select(Document.publication_id)
        .join(Version, col(Version.document_id) == col(Document.id))
        .where(col(Version.sha256).in_(_hashes(session, mine)))
    )
    addresses = [entry.canonical, *(document.canonical for document in mine)]
    by_address = select(Entry.publication_id).where(col(Entry.canonical).in_(addresses))
    by_own_document = select(Document.publication_id).where(Document.canonical == entry.canonical)
    govuk = session.exec(select(Source.id).where(Source.kind == "govuk")).all()
    by_content_id = select(Entry.publication_id).where(Entry.key == entry.key, col(Entry.source_id).in_(govuk))
    queries = (by_link, by_bytes, by_address, by_own_document, by_content_id)
    return {one for query in queries for one in session.exec(query) if one is not None}


def _by_area(session: Session, entry: Entry) -> set[int]:
    """Publications of the area that share a form of the subject."""
    if not (entry.area_publisher_id and entry.subject):
        return set()
    forms = subject_forms(entry.subject)
    statement = select(Entry.publication_id, Entry.subject).where(
        Entry.area_publisher_id == entry.area_publisher_id, Entry.subject != ""
    )
    return {one for one, subject in session.exec(statement) if one is not None and forms & subject_forms(subject)}


def _by_reference(session: Session, entry: Entry) -> set[int]:
    """Publications of the area that print the same reference number."""
    references = _stated([entry]).references if entry.area_publisher_id else frozenset()
    if not references:
        return set()
    there = session.exec(select(Entry).where(Entry.area_publisher_id == entry.area_publisher_id)).all()
    return {one.publication_id for one in there if one.publication_id and references & _stated([one]).references}


def _by_text(session: Session, documents: Sequence[Document]) -> tuple[dict[int, float], set[int]]:
    """Publications with a document of nearly the same text, and how much of it; those that may hold it or a part."""
    alike: dict[int, float] = {}
    parts: list[int] = []
    for document in documents:
        if document.current_version_id is None:
            continue
        relatives = signatures.Relatives(session, document.current_version_id)
        parts += relatives.parts(shorter=SUMMARY_SHARE)
        for one in relatives.alike(at_least=NEARLY_SAME):
            publication_id = session.get_one(Document, one.document_id).publication_id
            if publication_id is not None and not one.removed:
                alike[publication_id] = max(alike.get(publication_id, 0.0), one.common)
    return alike, _publications_of(session, parts)


def _publications_of(session: Session, versions: Sequence[int]) -> set[int]:
    if not versions:
        return set()
    statement = select(Document.publication_id).where(col(Document.current_version_id).in_(versions))
    return {one for one in session.exec(statement) if one is not None}


def _parted(session: Session, entry: Entry) -> set[int]:
    """Publications that a person has kept apart from this entry, or from the one that it belongs to."""
    decided = col(Match.state).in_(["rejected", "undone"])
    parted = set(session.exec(select(Match.publication_id).where(Match.entry_id == entry.id, decided)))
    if entry.publication_id is None:
        return parted
    theirs = (
        select(Match.publication_id)
        .join(Entry, col(Entry.id) == col(Match.entry_id))
        .where(Entry.publication_id == entry.publication_id, decided)
    )
    ours = (
        select(Entry.publication_id)
        .join(Match, col(Match.entry_id) == col(Entry.id))
        .where(Match.publication_id == entry.publication_id, decided)
    )
    return parted | set(session.exec(theirs)) | {one for one in session.exec(ours) if one is not None}


def _publication_facts(
    session: Session, publication: Publication, entry: Entry, common: float, rejected: bool
) -> PublicationFacts:
    entries = entries_of(session, publication)
    sources = {one.source_id: session.get_one(Source, one.source_id) for one in entries}
    documents = main_documents(documents_of(session, publication))
    return PublicationFacts(
        id=publication.id or 0,
        kinds=frozenset(one.kind for one in entries),
        anonymous=publication.anonymous,
        areas=frozenset(one.area_publisher_id for one in entries if one.area_publisher_id),
        subjects=frozenset().union(*(subject_forms(one.subject) for one in entries)),
        years=frozenset(year for one in entries if (year := _year(one))),
        sources=frozenset(one.source_id for one in entries if is_live(one)),
        witness_only=all(sources[one.source_id].role == "witness" for one in entries),
        addresses=frozenset(one.canonical for one in entries if one.url not in (one.page, sources[one.source_id].url)),
        documents=frozenset(document.canonical for document in documents),
        bytes=_hashes(session, documents),
        rejected=rejected,
        natures=frozenset(nature(one.heading, derivative=one.derivative) for one in entries),
        roles=roles_by_source(session, entries),
        common=common,
        content_ids=frozenset(one.key for one in entries if sources[one.source_id].kind == "govuk"),
        titles=frozenset(plain(one.title or one.heading) for one in entries),
        pages=_page_counts(session, documents),
        stated=_stated(entries),
        contained=_contained(session, entry, documents),
    )


def roles_by_source(session: Session, entries: Sequence[Entry]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for entry in entries:
        found[entry.source_id] = found.get(entry.source_id, frozenset()) | _roles(session, entry)
    return found


def _contained(session: Session, entry: Entry, theirs: Sequence[Document]) -> float:
    """How much of the shorter text stands in the longer one; only the few candidates are read for this."""
    mine = main_documents(entry_documents(session, entry))
    pairs = [
        likeness.compare(one, other)
        for one in _texts(session, mine)
        for other in _texts(session, theirs)
        if likeness.SHORTEST <= min(sizes := (one.count(b" "), other.count(b" "))) <= SUMMARY_SHARE * max(sizes)
    ]
    return max(pairs, key=lambda pair: pair.contained, default=Likeness(0.0, 0.0)).contained


def _texts(session: Session, documents: Sequence[Document]) -> list[bytes]:
    ids = [document.current_version_id for document in documents if document.current_version_id]
    return [signatures.text_of(session, one) for one in ids[:2]]
