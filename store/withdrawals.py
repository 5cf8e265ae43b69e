"""Suspected withdrawals: hidden at once, decided by a person (rule 6)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from store import changes, copies, removal, search_index
from store.changes import ChangeKind
from store.files import Files
from store.models import Document, Entry, Publication, Version, Withdrawal
from store.publications import SHOWN, documents_of, entries_of, is_listed
from store.sources import UnknownName

A_COPY = "A file or text of it is the same, or nearly the same, as one whose withdrawal is suspected"
BY_HAND = "Hidden by an administrator"
NEARLY_REMOVED = "Nearly the same text as one that was removed"


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
    """Hide the publication from search, pages, feeds and digests in this transaction, and ask an administrator.

    Every other publication that shows a copy of what is hidden is hidden with it, and decided with it.
    """
    hidden = [old] if old else _shown_versions(session, publication)
    elsewhere = copies.elsewhere(session, publication, hidden)
    mine = document.id if document else None
    withdrawal = next((one for one in open_of(session, publication.id or 0) if one.document_id == mine), None)
    if withdrawal:
        withdrawal.reason, withdrawal.follows_id = reason, None
        withdrawal.new_version_id = new.id if new else withdrawal.new_version_id
    else:
        withdrawal = Withdrawal(
            publication_id=publication.id or 0,
            document_id=mine,
            old_version_id=old.id if old else None,
            new_version_id=new.id if new else None,
            reason=reason,
            opened_at=now,
        )
        session.add(withdrawal)
        changes.log(session, publication.id or 0, ChangeKind.SUSPECTED, at=now, note=reason, document_id=mine)
    session.flush()
    if document is None or new is None:
        for one in [document] if document else documents_of(session, publication):
            one.current_version_id = None
    _hide(session, publication, hidden)
    for copy in elsewhere.values():
        _hide_copy(session, copy, withdrawal, now=now)
    return withdrawal


def hide(session: Session, publication_id: int, *, now: datetime) -> Withdrawal:
    """As `suspect`, at a person's word: a publisher may ask for it. Raises UnknownName, WrongDecision if not shown."""
    publication = session.get(Publication, publication_id)
    if publication is None:
        raise UnknownName(f"there is no publication {publication_id}")
    if publication.status not in SHOWN:
        raise WrongDecision(f"publication {publication_id} is not shown: it is {publication.status}")
    return suspect(session, publication, BY_HAND, now=now)


def _hide(session: Session, publication: Publication, versions: Sequence[Version]) -> None:
    for version in versions:
        version.state = "suspected"
        for one in copies.same(session, version):
            if one.state == "older" and session.get_one(Document, one.document_id).publication_id != publication.id:
                one.state = "suspected"  # what another publication once showed can be read there too
    publication.status = "suspected"
    search_index.unindex_publication(session, publication)


def _hide_copy(session: Session, document: Document, cause: Withdrawal, *, now: datetime) -> None:
    """Its publication is hidden until what it is a copy of is decided. Only administrators learn of what (rule 7)."""
    publication = session.get_one(Publication, document.publication_id)
    version = session.get_one(Version, document.current_version_id)
    session.add(
        Withdrawal(
            publication_id=publication.id or 0,
            document_id=document.id,
            old_version_id=version.id,
            reason=f"{A_COPY}: publication {cause.publication_id}",
            opened_at=now,
            follows_id=cause.follows_id or cause.id,
        )
    )
    document.current_version_id = None
    _hide(session, publication, [version])
    changes.log(session, publication.id or 0, ChangeKind.SUSPECTED, at=now, note=f"{A_COPY}.", document_id=document.id)
    session.flush()


def follow(session: Session, publication: Publication, *, now: datetime) -> None:
    """Hide a publication that shows a copy of what is suspected elsewhere: it may have come, or be shown again."""
    if publication.status not in SHOWN:
        return
    for document, cause in copies.hidden_like(session, publication):
        _hide_copy(session, document, cause, now=now)


def open_of(session: Session, publication_id: int) -> Sequence[Withdrawal]:
    statement = select(Withdrawal).where(
        Withdrawal.publication_id == publication_id, col(Withdrawal.decided_at).is_(None)
    )
    return session.exec(statement).all()


def listed(session: Session, *, only_open: bool = False) -> Sequence[tuple[Withdrawal, Publication]]:
    """The newest first. `only_open`: those to decide, and refused copies, about which there is nothing to decide.

    What is only hidden as a copy is decided with its cause, and is not among the open ones.
    """
    statement = select(Withdrawal, Publication).join(Publication).order_by(col(Withdrawal.id).desc())
    if only_open:
        waits = or_(col(Withdrawal.decided_at).is_(None), Withdrawal.decision == removal.REFUSED)
        statement = statement.where(waits, col(Withdrawal.follows_id).is_(None))
    return [(withdrawal, publication) for withdrawal, publication in session.exec(statement).all()]


def hidden_as_copies(session: Session, ids: Collection[int | None]) -> dict[int, list[int]]:
    """By withdrawal the other publications that wait for its decision, because they show the same."""
    waits = col(Withdrawal.decided_at).is_(None), col(Withdrawal.follows_id).in_(ids)
    found: dict[int, set[int]] = defaultdict(set)
    for cause, publication in session.exec(select(Withdrawal.follows_id, Withdrawal.publication_id).where(*waits)):
        found[cause or 0].add(publication)
    return {cause: sorted(publications) for cause, publications in found.items()}


def keep(session: Session, withdrawal_id: int, *, now: datetime, by: str) -> Publication:
    """It was no withdrawal: what we hold may be shown again; the newest version is the one that is shown."""
    withdrawal = _waiting(session, withdrawal_id)
    together = [withdrawal, *_followers(session, withdrawal)]
    for one in together:
        _decide(session, one, "keep", now, by)
    hidden = [version for one in together for version in _hidden_versions(session, one)]
    for version in hidden:
        _show_again(session, version)
    for copy in [copy for version in hidden for copy in copies.same(session, version)]:
        if copy.state == "suspected" and not _waits(session, session.get_one(Document, copy.document_id)):
            copy.state = "older"
    publications = [session.get_one(Publication, one.publication_id) for one in together]
    for publication in publications:
        _reopen(session, publication, now)
    return publications[0]


def _show_again(session: Session, version: Version) -> None:
    """As the current version, unless a newer one is; and not while another suspicion of its document waits."""
    document = session.get_one(Document, version.document_id)
    if _waits(session, document):
        return
    version.state = "older" if document.current_version_id else "current"
    document.current_version_id = document.current_version_id or version.id
    session.flush()


def _waits(session: Session, document: Document) -> bool:
    about_it = or_(
        Withdrawal.document_id == document.id,
        and_(Withdrawal.publication_id == document.publication_id, col(Withdrawal.document_id).is_(None)),
    )
    return session.exec(select(Withdrawal.id).where(col(Withdrawal.decided_at).is_(None), about_it)).first() is not None


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
    _end_followers(session, [withdrawal], "replace", now=now, by=by)
    return publication


def remove(session: Session, withdrawal_id: int, *, files: Files, now: datetime, by: str) -> Publication:
    """Remove all that we hold of the publication; hashes stay, so that no source brings it back."""
    withdrawal = _waiting(session, withdrawal_id)
    publication = session.get_one(Publication, withdrawal.publication_id)
    together = open_of(session, publication.id or 0)
    for one in together:
        _decide(session, one, "remove", now, by)
    documents = documents_of(session, publication)
    for document in documents:
        document.current_version_id, document.due_at = None, None
    ids = [document.id for document in documents]
    versions = session.exec(select(Version).where(col(Version.document_id).in_(ids), Version.state != "removed")).all()
    _erase(session, publication, versions, files=files, now=now, by=by)
    for entry in session.exec(select(Entry).where(Entry.publication_id == publication.id)):
        entry.abstract, entry.labels = "", {}
    removal.close(session, publication, "removed by an administrator", now=now)
    _end_followers(session, together, "remove", now=now, by=by)
    return publication


def _followers(session: Session, withdrawal: Withdrawal) -> Sequence[Withdrawal]:
    waits = col(Withdrawal.decided_at).is_(None)
    return session.exec(select(Withdrawal).where(Withdrawal.follows_id == withdrawal.id, waits)).all()


def _end_followers(session: Session, causes: Sequence[Withdrawal], decision: str, *, now: datetime, by: str) -> None:
    """What was a copy is gone with it. What is only nearly the same is asked about for itself."""
    for follower in [one for cause in causes for one in _followers(session, cause)]:
        if session.get_one(Version, follower.old_version_id).state != "removed":
            follower.follows_id, follower.reason = None, NEARLY_REMOVED
            continue
        publication = _decide(session, follower, decision, now, by)
        if removal.shows_nothing(session, publication):
            removal.close(session, publication, removal.COPY_REMOVED, now=now)
        else:
            _reopen(session, publication, now, note="what was a copy of something withdrawn is removed")


def _erase(
    session: Session, publication: Publication, versions: Sequence[Version], *, files: Files, now: datetime, by: str
) -> None:
    """For good, wherever we hold the same; what is nearly the same elsewhere is hidden until someone has looked."""
    session.flush()
    alike = copies.near(session, versions)
    for version in versions:
        removal.erase(session, version, publication, files=files, now=now, by=by)
    for document in alike:
        held_by = session.get(Publication, document.publication_id) if document.publication_id else None
        if held_by and held_by.status in SHOWN and document.current_version_id:
            current = session.get_one(Version, document.current_version_id)
            reason = f"{NEARLY_REMOVED}: {document.url}"
            suspect(session, held_by, reason, now=now, document=document, old=current)


def _waiting(session: Session, withdrawal_id: int) -> Withdrawal:
    withdrawal = session.get(Withdrawal, withdrawal_id)
    if withdrawal is None:
        raise UnknownName(f"there is no withdrawal {withdrawal_id}; `reviewwatch withdrawals list` shows all")
    if withdrawal.decided_at:
        raise WrongDecision(f"withdrawal {withdrawal_id} was decided already: {withdrawal.decision}")
    if withdrawal.follows_id:
        raise WrongDecision(
            f"withdrawal {withdrawal_id} is about a copy: decide withdrawal {withdrawal.follows_id}, and it follows"
        )
    return withdrawal


def _decide(session: Session, withdrawal: Withdrawal, decision: str, now: datetime, by: str) -> Publication:
    withdrawal.decided_at, withdrawal.decided_by, withdrawal.decision = now, by, decision
    session.flush()
    return session.get_one(Publication, withdrawal.publication_id)


def _reopen(session: Session, publication: Publication, now: datetime, note: str = "kept by an administrator") -> None:
    if open_of(session, publication.id or 0):
        return  # another suspicion still waits
    publication.status = "listed" if is_listed(session, entries_of(session, publication)) else "unlisted"
    search_index.reindex_publication(session, publication)
    changes.log(session, publication.id or 0, ChangeKind.RESTORED, at=now, note=note)
    follow(session, publication, now=now)


def _shown_versions(session: Session, publication: Publication) -> list[Version]:
    ids = [document.current_version_id for document in documents_of(session, publication)]
    return [session.get_one(Version, one) for one in ids if one]


def _hidden_versions(session: Session, withdrawal: Withdrawal) -> Sequence[Version]:
    """All that it hides, newest first: a document may have been redacted twice before anyone decided."""
    statement = (
        select(Version)
        .join(Document, col(Document.id) == col(Version.document_id))
        .where(Version.state == "suspected")
        .order_by(col(Version.id).desc())
    )
    if withdrawal.document_id:
        return session.exec(statement.where(Version.document_id == withdrawal.document_id)).all()
    return session.exec(statement.where(Document.publication_id == withdrawal.publication_id)).all()
