"""All that an archive holds, to be compared, and what must be true of it whatever has happened."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from store import rows
from store.files import Files
from store.models import Document, Entry, PageText, Publication, SearchRow, Tombstone, Version, Withdrawal
from store.publications import SHOWN


def everything(engine: Engine) -> dict[str, Any]:
    """Every row of every table, by table."""
    with rows.snapshot(engine) as connection:
        return {table.name: connection.execute(select(table)).all() for table in rows.tables()}


def broken(session: Session, files: Files | None = None) -> list[str]:
    """What is not as it must be, in words; empty when all is well."""
    found = [*_publications(session), *_versions(session), *_searched(session)]
    return found + (list(_files(session, files)) if files else [])


def _publications(session: Session) -> Iterator[str]:
    homes = set(session.scalars(select(col(Entry.publication_id))))
    waiting = set(session.scalars(select(col(Withdrawal.publication_id)).where(col(Withdrawal.decided_at).is_(None))))
    for one in session.scalars(select(Publication)):
        if (one.status == "joined") == (one.id in homes):
            yield f"publication {one.id} is {one.status}, and has {'entries' if one.id in homes else 'none'}"
        if (one.status == "suspected") != (one.id in waiting):
            yield f"publication {one.id} is {one.status}, and {'a' if one.id in waiting else 'no'} withdrawal waits"


def _versions(session: Session) -> Iterator[str]:
    current = {one.current_version_id: one for one in session.scalars(select(Document)) if one.current_version_id}
    buried = {one.hash for one in session.scalars(select(Tombstone))}
    with_text = set(session.scalars(select(col(PageText.version_id)).distinct()))
    for version in session.scalars(select(Version)):
        document = current.get(version.id or 0)
        if (version.state == "current") != (document is not None and document.id == version.document_id):
            yield f"version {version.id} is {version.state}, and {'' if document else 'not '}shown"
        hashes = {version.sha256, version.text_hash}
        if version.state == "removed" and (not hashes & buried or version.id in with_text):
            yield f"version {version.id} is removed, but not for good"


def _searched(session: Session) -> Iterator[str]:
    """Search has the current versions of publications that are shown, and nothing else (rule 6)."""
    shown = (
        select(col(Document.publication_id), col(Document.current_version_id))
        .join(Publication, col(Publication.id) == col(Document.publication_id))
        .where(col(Publication.status).in_(SHOWN), col(Document.current_version_id).is_not(None))
    )
    wanted = {tuple(row) for row in session.execute(shown)}
    wanted |= {
        (key, None) for key in session.scalars(select(col(Publication.id)).where(col(Publication.status).in_(SHOWN)))
    }
    rows_ = {tuple(row) for row in session.execute(select(col(SearchRow.publication_id), col(SearchRow.version_id)))}
    if rows_ != wanted:
        yield f"search has {sorted(rows_ - wanted, key=str)} too much, {sorted(wanted - rows_, key=str)} too little"


def _files(session: Session, files: Files) -> Iterator[str]:
    held = set(session.scalars(select(col(Version.sha256)).where(col(Version.state) != "removed")))
    gone = set(session.scalars(select(col(Version.sha256)).where(col(Version.state) == "removed"))) - held
    yield from (f"the bytes of {one} are missing" for one in held if not files.exists(one))
    yield from (f"the bytes of {one} are still there" for one in gone if files.exists(one))
