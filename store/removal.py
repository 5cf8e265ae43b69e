"""Takes out for good what was withdrawn, wherever we hold it, and refuses copies of it from any source (rule 6)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, or_, select

from store import changes, search_index, signatures
from store.changes import ChangeKind
from store.files import Files
from store.models import Document, Lesson, PageText, Publication, Tombstone, Version, Withdrawal

NEARLY = 0.8
"""A text that shares this much with a removed one, and less with any that may be shown, is a copy of it."""
REFUSED = "refused"
"""The decision of a withdrawal's line that only tells of a copy that was refused."""


def erase(
    session: Session, version: Version, publication: Publication, *, files: Files, now: datetime, by: str
) -> None:
    """Bytes and text go, here and in every other document and publication; hashes stay."""
    same = _same(session, version)
    _bury(session, version, publication, now=now, by=by)
    for one in [version, *same]:
        session.exec(delete(PageText).where(col(PageText.version_id) == one.id))
        session.exec(delete(Lesson).where(col(Lesson.version_id) == one.id))
        one.state, one.title, one.file_name = "removed", "", ""
        files.delete(one.sha256)
    session.flush()
    for one in same:
        _take_out(session, session.get_one(Document, one.document_id), one, publication, now=now)


def _forget(session: Session, version: Version) -> None:
    """All words of it; its hashes and the MinHash, by which a copy is known, stay."""
    session.exec(delete(PageText).where(col(PageText.version_id) == version.id))
    session.exec(delete(Lesson).where(col(Lesson.version_id) == version.id))
    version.state, version.title, version.file_name = "removed", "", ""


def _bury(session: Session, version: Version, publication: Publication, *, now: datetime, by: str) -> None:
    hashes = {("bytes", one.sha256) for one in [version, *_same(session, version)]} | {("text", version.text_hash)}
    for kind, digest in sorted(hashes):
        if digest and tombstone(session, kind, digest) is None:
            session.add(Tombstone(kind=kind, hash=digest, publication_id=publication.id, made_at=now, made_by=by))


def _same(session: Session, version: Version) -> Sequence[Version]:
    """Other versions, of any document, with the same bytes or the same text."""
    alike = [Version.sha256 == version.sha256]
    if version.text_hash:
        alike.append(Version.text_hash == version.text_hash)
    return session.exec(select(Version).where(Version.id != version.id, Version.state != "removed", or_(*alike))).all()


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
    rest = select(Document.id).where(
        Document.publication_id == publication.id, col(Document.current_version_id).is_not(None)
    )
    if session.exec(rest).first() is not None:
        search_index.reindex_publication(session, publication)
        return
    note = "the same as a publication that was removed"
    publication.abstract, publication.status = "", "removed"
    search_index.unindex_publication(session, publication)
    changes.log(session, publication.id or 0, ChangeKind.REMOVED, at=now, note=note)


def near_copies(session: Session, versions: Iterable[Version]) -> list[Document]:
    """Documents that show nearly the same text as one of these, with another cover or a few other words.

    To be asked before the texts are erased. A copy of the publisher's newer text is not one of them: it is nearer to
    that than to what is removed.
    """
    found: dict[int, Document] = {}
    for version in versions:
        for copy in signatures.alike(session, version.id or 0, at_least=NEARLY):
            document = session.get_one(Document, copy.document_id)
            if document.id == version.document_id or document.current_version_id != copy.version_id:
                continue
            current = session.get_one(Document, version.document_id).current_version_id
            if current is None or signatures.common(session, copy.version_id, current) < copy.common:
                found[document.id or 0] = document
    return list(found.values())


def tombstone(session: Session, kind: str, digest: str) -> Tombstone | None:
    """What says that these bytes or this text were removed: no source may bring them back."""
    return session.exec(select(Tombstone).where(Tombstone.kind == kind, Tombstone.hash == digest)).first()


def removed_near(session: Session, document: Document, version: Version) -> int | None:
    """The publication whose removed text another document's new version nearly is, unless one that is shown is nearer.

    What a publisher puts in the place of a removed version is judged as a new version, not here.
    """
    near = signatures.alike(session, version.id or 0, at_least=NEARLY)
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
    session.exec(delete(PageText).where(col(PageText.version_id) == version.id))
    session.exec(delete(Lesson).where(col(Lesson.version_id) == version.id))
    version.state, version.title, version.file_name = "removed", "", ""
    others = select(Version.id).where(Version.sha256 == version.sha256, Version.state != "removed")
    if session.exec(others).first() is None:
        files.delete(version.sha256)


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
