"""Pages without text: marked when a document is read, and the words that a machine later finds on their pictures.

They are kept apart from a document's own words, so that nothing quotes, compares or matches them by accident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from store import search_index
from store.models import ScannedPage, Version

BY_MACHINE = "by_machine"
"""The text state of a version whose own text is empty, once its pictures have been read."""


@dataclass(frozen=True)
class Waiting:
    """A version with pages to be read."""

    version_id: int
    sha256: str
    pages: tuple[int, ...]


def mark(session: Session, version: Version, pages: Sequence[str]) -> None:
    """Note a PDF's pages without text; other files have no pictures of pages."""
    if version.media_type != "application/pdf":
        return
    empty = (number for number, text in enumerate(pages, start=1) if not text.strip())
    session.add_all(ScannedPage(version_id=version.id or 0, number=number) for number in empty)


def next_waiting(session: Session, *, pages: int) -> Waiting | None:
    """A version that is shown, with at most so many of its pages that nobody has read yet."""
    statement = (
        select(ScannedPage.number, Version)
        .join(Version, col(Version.id) == col(ScannedPage.version_id))
        .where(col(ScannedPage.text).is_(None), Version.state == "current")
        .order_by(col(Version.id), col(ScannedPage.number))
        .limit(pages)
    )
    found = session.exec(statement).all()
    if not found:
        return None
    version = found[0][1]
    return Waiting(version.id or 0, version.sha256, tuple(number for number, one in found if one.id == version.id))


def keep(session: Session, version_id: int, read: Mapping[int, str]) -> None:
    """Keep words by page, and make the pages findable by them. Of a version removed meanwhile nothing is kept."""
    version = session.get(Version, version_id)
    if version is None or version.state == "removed":
        return
    for number, text in read.items():
        page = session.get(ScannedPage, (version_id, number))
        if page is not None and page.text is None:
            page.text = text
    if version.text_state == "no_text" and any(read.values()):
        version.text_state = BY_MACHINE
    session.flush()
    search_index.index_version(session, version)


def forget(session: Session, version_id: int) -> None:
    session.exec(delete(ScannedPage).where(col(ScannedPage.version_id) == version_id))
