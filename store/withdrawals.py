"""Suspected withdrawals: hidden at once, decided by a person (rule 6)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from store import changes, removal, search_index
from store.changes import ChangeKind
from store.files import Files
from store.models import Document, Entry, Publication, Version, Withdrawal
from store.publications import SHOWN
from store.sources import UnknownName


class WrongDecision(ValueError):
    """The decision does not fit; the text says which ones do."""


def suspect(
    session: Session,
    publication: Publication,
    reason: str,
    *,
    now: datetime,
    document: Document | None = None,
    old: Version | None = None,
    new: Version | None = None,
) -> Withdrawal:
    """Hide the publication from search, pages, feeds and digests in this transaction, and ask an administrator."""
    waiting = open_of(session, publication.id or 0)
    for known in waiting:
        if known.document_id == (document.id if document else None):
            known.reason, known.new_version_id = reason, new.id if new else known.new_version_id
            return known
    withdrawal = Withdrawal(
        publication_id=publication.id or 0,
        document_id=document.id if document else None,
        old_version_id=old.id if old else None,
        new_version_id=new.id if new else None,
        reason=reason,
        opened_at=now,
    )
    session.add(withdrawal)
    for version in [old] if old else _shown_versions(session, publication):
        version.state = "suspected"
    if document is None or new is None:
        for one in [document] if document else documents_of(session, publication):
            one.current_version_id = None
    publication.status = "suspected"
    search_index.unindex_publication(session, publication)
    document_id = document.id if document else None
    changes.log(session, publication.id or 0, ChangeKind.SUSPECTED, at=now, note=reason, document_id=document_id)
    return withdrawal


def open_of(session: Session, publication_id: int) -> Sequence[Withdrawal]:
    statement = select(Withdrawal).where(
        Withdrawal.publication_id == publication_id, col(Withdrawal.decided_at).is_(None)
    )
    return session.exec(statement).all()


def listed(session: Session, *, only_open: bool = False) -> Sequence[tuple[Withdrawal, Publication]]:
    """The newest first. `only_open`: those that wait, and refused copies, about which there is nothing to decide."""
    statement = select(Withdrawal, Publication).join(Publication).order_by(col(Withdrawal.id).desc())
    if only_open:
        waits = or_(col(Withdrawal.decided_at).is_(None), Withdrawal.decision == removal.REFUSED)
        statement = statement.where(waits)
    return [(withdrawal, publication) for withdrawal, publication in session.exec(statement).all()]


def keep(session: Session, withdrawal_id: int, *, now: datetime, by: str) -> Publication:
    """It was no withdrawal: what we hold may be shown again; the newest version is the one that is shown."""
    withdrawal = _waiting(session, withdrawal_id)
    publication = _decide(session, withdrawal, "keep", now, by)
    for version in _hidden_versions(session, withdrawal):
        document = session.get_one(Document, version.document_id)
        version.state = "older" if document.current_version_id else "current"
        document.current_version_id = document.current_version_id or version.id
    _reopen(session, publication, now)
    return publication


def replace(session: Session, withdrawal_id: int, *, files: Files, now: datetime, by: str) -> Publication:
    """The publisher's newer version takes the older one's place; the older one is removed for good."""
    withdrawal = _waiting(session, withdrawal_id)
    if withdrawal.new_version_id is None:
        raise WrongDecision(f"withdrawal {withdrawal_id} has no newer version: decide keep or remove")
    publication = _decide(session, withdrawal, "replace", now, by)
    _erase(session, publication, _hidden_versions(session, withdrawal), files=files, now=now, by=by)
    newer = session.get_one(Version, withdrawal.new_version_id)
    document = session.get_one(Document, newer.document_id)
    if document.current_version_id is None and newer.state != "removed":
        newer.state, document.current_version_id = "current", newer.id
    _reopen(session, publication, now, note="replaced by the publisher's newer version")
    return publication


def remove(session: Session, withdrawal_id: int, *, files: Files, now: datetime, by: str) -> Publication:
    """Remove all that we hold of the publication; hashes stay, so that no source brings it back."""
    withdrawal = _waiting(session, withdrawal_id)
    publication = _decide(session, withdrawal, "remove", now, by)
    for other in open_of(session, publication.id or 0):
        other.decided_at, other.decided_by, other.decision = now, by, "remove"
    documents = documents_of(session, publication)
    for document in documents:
        document.current_version_id, document.due_at = None, None
    ids = [document.id for document in documents]
    versions = session.exec(select(Version).where(col(Version.document_id).in_(ids), Version.state != "removed")).all()
    _erase(session, publication, versions, files=files, now=now, by=by)
    for entry in session.exec(select(Entry).where(Entry.publication_id == publication.id)):
        entry.abstract, entry.labels = "", {}
    publication.abstract, publication.status = "", "removed"
    search_index.unindex_publication(session, publication)
    changes.log(session, publication.id or 0, ChangeKind.REMOVED, at=now, note="removed by an administrator")
    return publication


def _erase(
    session: Session, publication: Publication, versions: Sequence[Version], *, files: Files, now: datetime, by: str
) -> None:
    """For good, wherever we hold the same; what is nearly the same elsewhere is hidden until someone has looked."""
    session.flush()
    copies = removal.near_copies(session, versions)
    for version in versions:
        removal.erase(session, version, publication, files=files, now=now, by=by)
    for document in copies:
        held_by = session.get(Publication, document.publication_id) if document.publication_id else None
        if held_by and held_by.status in SHOWN and document.current_version_id:
            reason = f"Nearly the same text as one that was removed: {document.url}"
            current = session.get_one(Version, document.current_version_id)
            suspect(session, held_by, reason, now=now, document=document, old=current)


def documents_of(session: Session, publication: Publication) -> Sequence[Document]:
    return session.exec(select(Document).where(Document.publication_id == publication.id)).all()


def _waiting(session: Session, withdrawal_id: int) -> Withdrawal:
    withdrawal = session.get(Withdrawal, withdrawal_id)
    if withdrawal is None:
        raise UnknownName(f"there is no withdrawal {withdrawal_id}; `reviewwatch withdrawals list` shows all")
    if withdrawal.decided_at:
        raise WrongDecision(f"withdrawal {withdrawal_id} was decided already: {withdrawal.decision}")
    return withdrawal


def _decide(session: Session, withdrawal: Withdrawal, decision: str, now: datetime, by: str) -> Publication:
    withdrawal.decided_at, withdrawal.decided_by, withdrawal.decision = now, by, decision
    session.flush()
    return session.get_one(Publication, withdrawal.publication_id)


def _reopen(session: Session, publication: Publication, now: datetime, note: str = "kept by an administrator") -> None:
    if open_of(session, publication.id or 0):
        return  # another suspicion still waits
    live = session.exec(
        select(Entry.id).where(
            Entry.publication_id == publication.id, col(Entry.gone_at).is_(None), Entry.state == "live"
        )
    ).first()
    publication.status = "listed" if live else "unlisted"
    search_index.reindex_publication(session, publication)
    changes.log(session, publication.id or 0, ChangeKind.RESTORED, at=now, note=note)


def _shown_versions(session: Session, publication: Publication) -> list[Version]:
    ids = [document.current_version_id for document in documents_of(session, publication)]
    return [session.get_one(Version, one) for one in ids if one]


def _hidden_versions(session: Session, withdrawal: Withdrawal) -> Sequence[Version]:
    if withdrawal.old_version_id:
        return [session.get_one(Version, withdrawal.old_version_id)]
    statement = (
        select(Version)
        .join(Document, col(Document.id) == col(Version.document_id))
        .where(Document.publication_id == withdrawal.publication_id, Version.state == "suspected")
    )
    return session.exec(statement).all()
