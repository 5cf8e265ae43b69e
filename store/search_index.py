"""Keeps the search rows: what of the archive can be found. All within the caller's transaction (rule 6)."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, delete, insert
from sqlmodel import Session, col, select

from store.models.publications import Document, Entry, PageText, Publication, Version
from store.models.search import SearchRow
from store.search_where import SHOWN
from store.text import without_running_heads
from store.words import words

PART_LETTERS = 300_000
"""Of normalised text: a tsvector of so much stays below Postgres's limit of 1 MB even if no word comes twice."""
OVERLAP_WORDS = 30
"""Two parts share these, so that a phrase over the border is found."""


def index_publication(session: Session, publication: Publication, headings: Iterable[str] = ()) -> None:
    """Make the publication's own fields searchable: title, the headings its sources print, area, subject, abstract."""
    _forget(session, col(SearchRow.publication_id) == publication.id, col(SearchRow.version_id).is_(None))
    if publication.status not in SHOWN:
        return
    fields = dict.fromkeys((*headings, publication.area, publication.subject, publication.abstract))
    _add(session, publication.id, None, title=publication.title, texts=[text for text in fields if text])


def index_version(session: Session, version: Version) -> None:
    """Make a version's text searchable; one that is not current, or of no publication that is shown, is taken out."""
    unindex_version(session, version)
    document = session.get_one(Document, version.document_id)
    publication = session.get(Publication, document.publication_id) if document.publication_id else None
    if version.state != "current" or publication is None or publication.status not in SHOWN:
        return
    pages = select(PageText.text).where(PageText.version_id == version.id).order_by(col(PageText.number))
    _add(
        session, publication.id, version.id, title=document.text, texts=without_running_heads(session.exec(pages).all())
    )


def unindex_version(session: Session, version: Version) -> None:
    _forget(session, col(SearchRow.version_id) == version.id)


def unindex_publication(session: Session, publication: Publication) -> None:
    """Take the publication out of search, with all its documents."""
    _forget(session, col(SearchRow.publication_id) == publication.id)


def reindex_publication(session: Session, publication: Publication) -> None:
    """Bring all rows of the publication up to date: after a join, a move, a decision, or a change of what it shows."""
    unindex_publication(session, publication)
    headings = select(Entry.heading).where(Entry.publication_id == publication.id).order_by(col(Entry.id))
    index_publication(session, publication, session.exec(headings).all())
    current = select(Version).join(Document, col(Document.current_version_id) == col(Version.id))
    for version in session.exec(current.where(Document.publication_id == publication.id)).all():
        index_version(session, version)


def _forget(session: Session, *which: ColumnElement[bool]) -> None:
    session.flush()
    session.execute(delete(SearchRow).where(*which), execution_options={"synchronize_session": False})


def _add(
    session: Session, publication_id: int | None, version_id: int | None, *, title: str, texts: Sequence[str]
) -> None:
    found = [word for text in texts for word in words(text)]
    same = {"publication_id": publication_id, "version_id": version_id}
    rows = [
        {**same, "part": number, "title": " ".join(words(title)) if number == 0 else "", "words": part}
        for number, part in enumerate(parts(found))
    ]
    session.execute(insert(SearchRow), rows)


def parts(found: Sequence[str]) -> Iterator[str]:
    """The words as one text, or as several that overlap; at least one, which may be empty."""
    start = 0
    while True:
        end, letters = start, 0
        while end < len(found) and letters < PART_LETTERS:
            letters += len(found[end]) + 1
            end += 1
        yield " ".join(found[start:end])
        if end >= len(found):
            return
        start = max(end - OVERLAP_WORDS, start + 1)
