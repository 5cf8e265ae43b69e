"""Takes out for good what was withdrawn, wherever we hold it, and refuses copies of it from any source (rule 6)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import event
from sqlmodel import Session, col, delete, select

from store import changes, copies, scans, search_index, signatures
from store.changes import ChangeKind
from store.files import Files
from store.models import Document, Lesson, PageText, Publication, Tombstone, Version, Withdrawal

COPY_REMOVED = "the same as a publication that was removed"
REFUSED = "refused"
"""The decision of a withdrawal's line that only tells of a copy that was refused."""


def erase(
    session: Session, version: Version, publication: Publication, *, files: Files, now: datetime, by: str
) -> None:
    """Bytes and text go, here and in every other document and publication; hashes stay."""
    same = copies.same(session, version)
    _bury(session, [version, *same], publication, now=now, by=by)
    for one in [version, *same]:
        forget(session, one)
        delete_when_committed(session, files, one.sha256)
    session.flush()
    for one in same:
        _take_out(session, session.get_one(Document, one.document_id), one, publication, now=now)


def forget(session: Session, version: Version) -> None:
    """All words of it; its hashes and its MinHash, by which a copy is known, stay."""
    session.exec(delete(PageText).where(col(PageText.version_id) == version.id))
    session.exec(delete(Lesson).where(col(Lesson.version_id) == version.id))
    scans.forget(session, version.id or 0)
    version.state, version.title, version.file_name = "removed", "", ""


def delete_when_committed(session: Session, files: Files, sha256: str) -> None:
    """The bytes go when the rows that say so are there for good; if we are killed in between, `sweep` takes them."""
    event.listen(session, "after_commit", lambda _session: files.delete(sha256), once=True)


def sweep(session: Session, files: Files) -> int:
    """Delete what is still there of the bytes that no version holds any more; how many."""
    held = select(Version.sha256).where(Version.state != "removed")
    gone = select(Version.sha256).where(Version.state == "removed", col(Version.sha256).not_in(held)).distinct()
    left = [sha256 for sha256 in session.exec(gone) if files.exists(sha256)]
    for sha256 in left:
        delete_when_committed(session, files, sha256)
    return len(left)


def _bury(session: Session, versions: Sequence[Version], publication: Publication, *, now: datetime, by: str) -> None:
    hashes = {("bytes", one.sha256) for one in versions} | {("text", one.text_hash) for one in versions}
    for kind, digest in sorted(hashes):
        if digest and tombstone(session, kind, digest) is None:
            session.add(Tombstone(kind=kind, hash=digest, publication_id=publication.id, made_at=now, made_by=by))


def _take_out(
    session: Session, document: Document, version: Version, removed_from: Publication, *, now: datetime
) -> None:
    """A document shows a removed version no more; a publication that has nothing else is removed as well."""
    if document.current_version_id != version.id:
        return
    document.current_version_id = None
    session.flush()
    publication = session.get(Publication, document.publication_id) if document.publication_id else None
    if publication is None or publication.id == removed_from.id:
        return
    if shows_nothing(session, publication):
        close(session, publication, COPY_REMOVED, now=now)
    else:
        search_index.reindex_publication(session, publication)


def shows_nothing(session: Session, publication: Publication) -> bool:
    """Whether no version of it is left that may be shown."""
    session.flush()
    mine = Document.publication_id == publication.id, col(Document.current_version_id).is_not(None)
    return session.exec(select(Document.id).where(*mine)).first() is None


def close(session: Session, publication: Publication, note: str, *, now: datetime) -> None:
    """The publication is removed: nothing of it is shown, and what it was about is said nowhere."""
    publication.abstract, publication.status = "", "removed"
    search_index.unindex_publication(session, publication)
    changes.log(session, publication.id or 0, ChangeKind.REMOVED, at=now, note=note)


def tombstone(session: Session, kind: str, digest: str) -> Tombstone | None:
    """What says that these bytes or this text were removed: no source may bring them back."""
    return session.exec(select(Tombstone).where(Tombstone.kind == kind, Tombstone.hash == digest)).first()


def removed_near(session: Session, document: Document, version: Version) -> int | None:
    """The publication whose removed text another document's new version nearly is, unless one that is shown is nearer.

    What a publisher puts in the place of a removed version is judged as a new version, not here.
    """
    near = signatures.alike(session, version.id or 0, at_least=copies.NEARLY)
    nearest = next(iter(near), None)
    if nearest is None or not nearest.removed or nearest.document_id == document.id:
        return None
    shown = [one.version_id for one in near if not one.removed]
    if any(signatures.common(session, version.id or 0, one) == 1.0 for one in shown):
        return None
    source = session.get_one(Document, nearest.document_id)
    return source.publication_id or source.refused_for


def erase_refused(session: Session, files: Files, version: Version) -> None:
    """The bytes and the text of a copy that is refused; a file that something else still shows stays."""
    forget(session, version)
    others = select(Version.id).where(Version.sha256 == version.sha256, Version.state != "removed")
    if session.exec(others).first() is None:
        delete_when_committed(session, files, version.sha256)


def refuse(session: Session, document: Document, publication_id: int | None, what: str, *, now: datetime) -> None:
    """Keep nothing of it; an administrator finds one line for it among the withdrawals."""
    first = document.refused_for is None
    document.problem = f"Refused: {what} was removed after a withdrawal."
    if publication_id is None:
        return
    document.refused_for = publication_id
    if first:
        session.add(
            Withdrawal(
                publication_id=publication_id,
                document_id=document.id,
                reason=f"A copy of what was removed came from {document.host or 'a source'} and was refused:"
                f" {document.url}",
                opened_at=now,
                decided_at=now,
                decided_by="reviewwatch",
                decision=REFUSED,
            )
        )
