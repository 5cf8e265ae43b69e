"""Keeps the search rows: what of the archive can be found. All within the caller's transaction (rule 6)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert
from sqlmodel import Session, col, select

from store import traits
from store.lessons import LessonKind
from store.models.publications import Document, Entry, PageText, Publication, Version
from store.models.search import PAGE_END, ROWS_EACH, SearchRow
from store.models.texts import Lesson, ScannedPage
from store.running_heads import without_running_heads
from store.search_where import SHOWN
from store.words import words

PART_LETTERS = 300_000
"""Of normalised text: a tsvector of so much stays below Postgres's limit of 1 MB even if no word comes twice."""
OVERLAP_WORDS = 30
"""Two parts share these (ends of pages counted), so that a phrase over the border is found."""
MOST_ROWS = ROWS_EACH
"""Of one publication: what exceeds them would be taken for another one's, so it is not searched."""
_Row = dict[str, Any]
"""What becomes a SearchRow."""


def index_publication(session: Session, publication: Publication, headings: Iterable[str] = ()) -> None:
    """Make the publication's own fields searchable: title, the headings its sources print, area, subject, abstract."""
    _forget(session, col(SearchRow.publication_id) == publication.id, col(SearchRow.version_id).is_(None))
    if publication.status not in SHOWN:
        return
    _add(session, [_own_row(publication, headings)])


def index_version(session: Session, version: Version) -> None:
    """Make a version's text searchable; one that is not current, or of no publication that is shown, is taken out."""
    unindex_version(session, version)
    document = session.get_one(Document, version.document_id)
    publication = session.get(Publication, document.publication_id) if document.publication_id else None
    if version.state == "current" and publication is not None and publication.status in SHOWN:
        last = session.exec(select(func.max(SearchRow.id)).where(SearchRow.publication_id == publication.id)).one()
        following = (last or 0) % ROWS_EACH + 1
        _add(session, _version_rows(session, publication, version.id or 0, document.text), following)


def unindex_version(session: Session, version: Version) -> None:
    _forget(session, col(SearchRow.version_id) == version.id)


def unindex_publication(session: Session, publication: Publication) -> None:
    """Take the publication out of search, with all its documents."""
    _forget(session, col(SearchRow.publication_id) == publication.id)
    traits.forget(session, publication.id or 0)


def reindex_publication(session: Session, publication: Publication) -> None:
    """Bring all rows of the publication up to date: after a join, a move, a decision, or a change of what it shows."""
    unindex_publication(session, publication)
    if publication.status not in SHOWN:
        return
    headings = select(Entry.heading).where(Entry.publication_id == publication.id).order_by(col(Entry.id))
    _add(session, [_own_row(publication, session.exec(headings))])
    rows: list[_Row] = []
    current = select(Version.id, Document.text).join(Document, col(Document.current_version_id) == col(Version.id))
    shown = current.where(Document.publication_id == publication.id, Version.state == "current")
    for version_id, name in session.exec(shown.order_by(col(Version.id))).all():
        rows += _version_rows(session, publication, version_id or 0, name)
    _add(session, rows, 1)
    traits.keep(session, publication)


def _forget(session: Session, *which: ColumnElement[bool]) -> None:
    session.flush()
    session.execute(delete(SearchRow).where(*which), execution_options={"synchronize_session": False})


def _add(session: Session, rows: Sequence[_Row], first: int = 0) -> None:
    """Rows of one publication, numbered from `first` on (ROWS_EACH)."""
    numbers = range(first, MOST_ROWS)
    numbered = [{**row, "id": row["publication_id"] * ROWS_EACH + n} for n, row in zip(numbers, rows, strict=False)]
    if numbered:
        session.execute(insert(SearchRow), numbered)


def _own_row(publication: Publication, headings: Iterable[str]) -> _Row:
    fields = dict.fromkeys((*headings, publication.area, publication.subject, publication.abstract))
    found = " ".join(word for text in fields for word in words(text or ""))
    return _row(publication, None, title=publication.title, words=found)


def _version_rows(session: Session, publication: Publication, version_id: int, name: str) -> list[_Row]:
    texts = select(PageText.text).where(PageText.version_id == version_id).order_by(col(PageText.number))
    printed = session.exec(texts).all()
    # the first page keeps its lines: what is a running head on the others is the title there
    pages = [" ".join(words(text)) for text in (*printed[:1], *without_running_heads(printed)[1:])]
    by_machine = select(ScannedPage.number, ScannedPage.text).where(ScannedPage.version_id == version_id)
    for number, text in session.exec(by_machine):
        pages[number - 1] = " ".join(words(text or ""))
    lessons = select(func.count()).where(Lesson.version_id == version_id, Lesson.kind == LessonKind.RECOMMENDATION)
    recommendations = session.exec(lessons).one()
    return [
        _row(
            publication, version_id, part=part, title=name if part == 0 else "", first_page=first_page, words=found,
            recommendations=recommendations if part == 0 else 0,
        )
        for part, (first_page, found) in enumerate(parts(pages))
    ]  # fmt: skip


def _row(publication: Publication, version_id: int | None, *, title: str, **given: str | int) -> _Row:
    row = {"part": 0, "first_page": 1, "recommendations": 0, "title": " ".join(words(title)), **given}
    return {**row, "publication_id": publication.id, "version_id": version_id}


def parts(pages: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Normalised pages as one text, or as several that overlap: the number of its first page, and the text.

    At least one text, which may be empty.
    """
    whole, start = _joined(pages), 0
    while len(whole) - start > PART_LETTERS:
        end = whole.rindex(" ", start, start + PART_LETTERS)
        yield 1 + whole.count(PAGE_END, 0, start), whole[start:end]
        start = len(whole[:end].rsplit(" ", OVERLAP_WORDS)[0]) + 1
    yield 1 + whole.count(PAGE_END, 0, start), whole[start:]


def _joined(pages: Sequence[str]) -> str:
    return " ".join(text for page in pages for text in (page, PAGE_END) if text).removesuffix(f" {PAGE_END}")
