"""Where else we hold what is withdrawn: the same bytes, the same text, or nearly the same text (rule 6)."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, or_, select

from store import signatures
from store.models import Document, Publication, Version, Withdrawal
from store.publications import SHOWN, current_versions

NEARLY = 0.8
"""A text that shares this much with a withdrawn one, and less with any that may be shown, is a copy of it."""


def same(session: Session, version: Version) -> Sequence[Version]:
    """Other versions, of any document, with the same bytes or the same text."""
    alike = [Version.sha256 == version.sha256]
    if version.text_hash:
        alike.append(Version.text_hash == version.text_hash)
    return session.exec(select(Version).where(Version.id != version.id, Version.state != "removed", or_(*alike))).all()


def near(session: Session, versions: Iterable[Version]) -> list[Document]:
    """Documents that show nearly the same text as one of these, with another cover or a few other words.

    To be asked before the texts are erased. A copy of the publisher's newer text is not one of them: it is nearer to
    that than to what is withdrawn.
    """
    found: dict[int, Document] = {}
    for version in versions:
        for copy in signatures.alike(session, version.id or 0, at_least=NEARLY):
            document = session.get_one(Document, copy.document_id)
            shows_it = document.id != version.document_id and document.current_version_id == copy.version_id
            if shows_it and _is_nearer(session, copy.version_id, version):
                found[document.id or 0] = document
    return list(found.values())


def _is_nearer(session: Session, copy_id: int, withdrawn: Version) -> bool:
    """Whether a copy is nearer to what is withdrawn than to what its document shows now."""
    current = session.get_one(Document, withdrawn.document_id).current_version_id
    if current is None or current == withdrawn.id:
        return True
    return signatures.common(session, copy_id, current) < signatures.common(session, copy_id, withdrawn.id or 0)


def elsewhere(session: Session, publication: Publication, versions: Sequence[Version]) -> dict[int, Document]:
    """Documents that other publications show with the same or nearly the same words, by id."""
    shown = [
        document
        for version in versions
        for one in same(session, version)
        if (document := session.get_one(Document, one.document_id)).current_version_id == one.id
    ]
    found = {document.id or 0: document for document in [*shown, *near(session, versions)]}
    return {
        key: document
        for key, document in found.items()
        if document.publication_id is not None
        and document.publication_id != publication.id
        and session.get_one(Publication, document.publication_id).status in SHOWN
    }


def hidden_like(session: Session, publication: Publication) -> list[tuple[Document, Withdrawal]]:
    """Documents of a publication that are copies of what is suspected elsewhere, each with the withdrawal of that."""
    waits = col(Withdrawal.decided_at).is_(None)
    if session.exec(select(Withdrawal.id).where(waits).limit(1)).first() is None:
        return []
    found = []
    for version in current_versions(session, publication):
        for one in [*same(session, version), *_suspected_near(session, version)]:
            document = session.get_one(Document, one.document_id)
            if one.state != "suspected" or document.publication_id == publication.id:
                continue
            hides = waits, Withdrawal.publication_id == document.publication_id
            withdrawal = session.exec(select(Withdrawal).where(*hides).order_by(col(Withdrawal.id))).first()
            if withdrawal:
                found.append((session.get_one(Document, version.document_id), withdrawal))
                break
    return found


def _suspected_near(session: Session, version: Version) -> list[Version]:
    """The suspected version that it is nearly the same as, if it is not nearer to something that may be shown."""
    known = [
        session.get_one(Version, one.version_id)
        for one in signatures.alike(session, version.id or 0, at_least=NEARLY)
        if not one.removed
    ]
    shares = {one.id: signatures.common(session, version.id or 0, one.id or 0) for one in known}
    nearest = max(known, key=lambda one: (shares[one.id], one.state == "suspected"), default=None)
    return [nearest] if nearest and nearest.state == "suspected" else []
