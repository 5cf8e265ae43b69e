"""Themes of a publication, by transparent rules: phrases of themes.toml in what is printed about it and in it."""

from collections import Counter
from collections.abc import Iterable

from sqlmodel import Session, col, select

from config.themes import vocabulary
from store.models import Document, Entry, PageText, Publication, Version

OFTEN = 5
"""A report names most themes once or twice; so many times, and it is about one."""


def themes_of(session: Session, publication: Publication, entries: Iterable[Entry]) -> list[str]:
    """Slugs, sorted: named in a heading, an abstract or a keyword, or often in the text of a current document."""
    themes = vocabulary()
    printed = " . ".join(text for entry in entries for text in (entry.heading, entry.abstract, *entry.themes))
    counts: Counter[str] = Counter()
    for text in _pages(session, publication):
        counts.update(themes.count(text))
    often = {slug for slug, count in counts.items() if count >= OFTEN}
    return sorted(often | set(themes.find(printed)))


def _pages(session: Session, publication: Publication) -> Iterable[str]:
    statement = (
        select(PageText.text)
        .join(Version, col(Version.id) == col(PageText.version_id))
        .join(Document, col(Document.current_version_id) == col(Version.id))
        .where(Document.publication_id == publication.id, Version.state == "current")
    )
    return session.exec(statement)
