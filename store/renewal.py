"""After an update with other rules, or with other words in agencies.toml or themes.toml: what is held is read again."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from store import lesson_rows, search_index
from store.lesson_rows import SHOWN
from store.models import Document, Publication, Version


def read_again(session: Session, publication_ids: Iterable[int]) -> None:
    """Find lessons, age bands and agencies anew in the texts of these publications, as far as they are shown still."""
    for key in publication_ids:
        publication = session.get_one(Publication, key)
        if publication.status not in SHOWN:
            continue
        current = select(Version.id).join(Document, col(Document.current_version_id) == col(Version.id))
        for version_id in session.exec(current.where(Document.publication_id == key, Version.state == "current")).all():
            lesson_rows.find_again(session, version_id or 0)
        search_index.reindex_publication(session, publication)
