"""The pages of a source as they were read: validators for the next reading, and the last texts that differed."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session, col, func, select

from store.models import IncidentPage, SavedPage, Source, SourcePage
from store.reading import SeenPage
from store.sources import UnknownName

SAVED_PAGES = 20


class PageLine(BaseModel):
    """A saved page without its text."""

    id: int
    url: str
    saved_at: datetime
    size: int
    """Bytes of the text."""


class PageText(BaseModel):
    """A saved page as text: what came, never to be run or shown as a page of ours."""

    url: str
    saved_at: datetime
    text: str


def keep(
    session: Session,
    source: Source,
    known: Mapping[str, SourcePage],
    saved: Mapping[str, int],
    pages: Iterable[SeenPage],
    now: datetime,
) -> None:
    """Validators are kept with the entries they speak for, in one transaction: a 304 later means what is stored now.

    `known`: the rows there are, by address; `saved`: how many texts are kept, by address.
    """
    for page in pages:
        row = known.get(page.url)
        if row is None:
            row = SourcePage(source_id=source.id or 0, url=page.url, checked_at=now)
            session.add(row)
        row.checked_at = now
        if page.status == 304:
            continue
        if page.body and page.sha256 != row.sha256:
            _save(session, source, page, saved.get(page.url, 0), now)
        row.etag, row.last_modified, row.sha256 = page.etag, page.last_modified, page.sha256
        row.final_url = page.final_url


def _save(session: Session, source: Source, page: SeenPage, held: int, now: datetime) -> None:
    if held >= SAVED_PAGES:
        saved = select(SavedPage).where(SavedPage.source_id == source.id, SavedPage.url == page.url)
        for old in session.exec(saved.order_by(col(SavedPage.id).desc()).offset(SAVED_PAGES - 1)):
            session.delete(old)
    body = zlib.compress(page.body.encode())
    session.add(SavedPage(source_id=source.id or 0, url=page.url, sha256=page.sha256, saved_at=now, body=body))


def counts(session: Session, source_ids: Sequence[int]) -> Iterable[tuple[int, str, int]]:
    """How many texts are kept of each page of these sources: source, address, number."""
    key = SavedPage.source_id, SavedPage.url
    return session.exec(
        select(*key, func.count()).where(col(SavedPage.source_id).in_(source_ids)).group_by(*map(col, key))
    )


def listed(session: Session, source: Source) -> list[PageLine]:
    """The saved pages of a source, the newest first."""
    statement = select(SavedPage).where(SavedPage.source_id == source.id).order_by(col(SavedPage.id).desc())
    return [
        PageLine(id=row.id or 0, url=row.url, saved_at=row.saved_at, size=len(zlib.decompress(row.body)))
        for row in session.exec(statement)
    ]


def last_text(session: Session, source: Source, url: str) -> str:
    """The page as it was at its last good reading; empty when none is kept."""
    saved = select(SavedPage).where(SavedPage.source_id == source.id, SavedPage.url == url)
    row = session.exec(saved.order_by(col(SavedPage.id).desc())).first()
    return _text(row).text if row else ""


def text_of(session: Session, source: Source, page_id: int) -> PageText:
    """One saved page. Raises UnknownName."""
    row = session.get(SavedPage, page_id)
    if row is None or row.source_id != source.id:
        raise UnknownName(f"{source.name} has no saved page {page_id}.")
    return _text(row)


def of_incident(session: Session, incident_id: int) -> PageText:
    """The page that an incident's evidence speaks of. Raises UnknownName."""
    row = session.exec(select(IncidentPage).where(IncidentPage.incident_id == incident_id)).first()
    if row is None:
        raise UnknownName("No page was saved with this incident.")
    return _text(row)


def _text(row: SavedPage | IncidentPage) -> PageText:
    return PageText(url=row.url, saved_at=row.saved_at, text=zlib.decompress(row.body).decode())
