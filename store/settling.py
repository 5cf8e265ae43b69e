"""Gives each entry its publication, and each document its place, once all that is needed has been read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from store import changes, matching, signatures
from store.candidates import candidates, entry_facts
from store.changes import BASELINE, ChangeKind
from store.matching import Decision, Verdict
from store.models import Change, Document, Entry, EntryDocument, Match, Publication, Source, Version
from store.publications import current_versions, documents_of, entries_of, entry_documents, is_live
from store.shown import refresh

SAME_REPORT = 0.98
"""So much of the text in common leaves room for a cover sheet, and for nothing that a reader should be told."""


class Rule7Broken(RuntimeError):
    """An anonymous record was about to be linked to a named area without a person's decision."""


def pending(session: Session) -> Sequence[Entry]:
    """Entries without a publication whose documents have all been tried and read."""
    untried = (
        select(EntryDocument.entry_id)
        .join(Document, col(Document.id) == col(EntryDocument.document_id))
        .join(
            Version, and_(col(Version.document_id) == col(Document.id), Version.text_state == "waiting"), isouter=True
        )
        .where(col(Document.fetch), or_(col(Document.tried) == 0, col(Version.id).is_not(None)))
    )
    statement = (
        select(Entry)
        .join(Source, col(Source.id) == col(Entry.source_id))
        .where(col(Entry.publication_id).is_(None), col(Entry.id).not_in(untried))
        # publishers' own lists first: what witnesses and derivatives say is then about something that is there
        .order_by(col(Entry.derivative), col(Source.role) == "witness", col(Entry.kind) == "news", col(Entry.id))
    )
    return session.exec(statement).all()


def settle_entry(session: Session, entry: Entry, *, now: datetime) -> Verdict:
    """Find or make the publication of an entry, and log what that means: the one way by which entries get one."""
    verdict = matching.decide(entry_facts(session, entry), candidates(session, entry))
    if verdict.decision == Decision.SAME and verdict.publication_id:
        publication = session.get_one(Publication, verdict.publication_id)
        link(session, entry, publication, verdict, state="automatic", now=now)
    else:
        publication = _make_removed(session, entry) if _is_refused(session, entry) else _make(session, entry, now)
        link(session, entry, publication, Verdict(Decision.NEW), state="automatic", now=now)
        if verdict.decision == Decision.PROPOSED and verdict.publication_id:
            propose(session, entry, verdict, now=now)
    adopt_documents(session, entry, publication, now=now)
    refresh(session, publication, now=now)
    return verdict


def link(
    session: Session,
    entry: Entry,
    publication: Publication,
    verdict: Verdict,
    *,
    state: str,
    now: datetime,
    by: str = "",
    moves: bool = False,
) -> Match:
    """Make the entry belong to the publication, with the evidence. All matches go through here (rules 7 and 8).

    `moves`: it has a publication already; store.moving brings it over.
    """
    others = entries_of(session, publication)
    # a person may have put an anonymous entry into a named publication: then it goes where that goes
    origin = session.get_one(Publication, entry.publication_id) if moves else entry
    if state == "automatic" and others and not matching.may_link_automatically(origin.anonymous, publication.anonymous):
        raise Rule7Broken(f"entry {entry.id} and publication {publication.id}")
    match = Match(
        entry_id=entry.id or 0,
        publication_id=publication.id or 0,
        former_publication_id=entry.publication_id,
        state=state,
        score=verdict.score if verdict.signals else 1.0,
        signals=told(verdict),
        made_at=now,
        decided_at=now,
        decided_by=by,
    )
    if not moves:
        entry.publication_id = publication.id
    session.add(match)
    session.flush()
    return match


def propose(session: Session, entry: Entry, verdict: Verdict, *, now: datetime) -> None:
    session.add(
        Match(
            entry_id=entry.id or 0,
            publication_id=verdict.publication_id or 0,
            state="proposed",
            score=verdict.score,
            signals=told(verdict),
            made_at=now,
        )
    )


def told(verdict: Verdict) -> list[dict[str, Any]]:
    """The evidence as it is kept in a match."""
    return [{"signal": one.name, "reason": one.reason, "score": one.score} for one in verdict.signals]


def _make(session: Session, entry: Entry, now: datetime) -> Publication:
    publication = Publication(
        title=entry.title or entry.heading,
        kind=entry.kind,
        anonymous=entry.anonymous,
        first_seen=entry.first_seen,
        # what its publisher had withdrawn before we first saw it was never told to anyone
        status="listed" if is_live(entry) else "unlisted",
    )
    session.add(publication)
    session.flush()
    changes.log(
        session,
        publication.id or 0,
        ChangeKind.NEW,
        at=now,
        note=BASELINE if entry.baseline else "",
        news=not entry.baseline and not entry.derivative and is_live(entry),
        entry_id=entry.id,
        late_since=entry.late_since,
    )
    return publication


def _is_refused(session: Session, entry: Entry) -> bool:
    """All that the entry brought are copies of what was removed."""
    documents = [document for document in entry_documents(session, entry) if document.fetch]
    return bool(documents) and all(document.refused_for for document in documents)


def _make_removed(session: Session, entry: Entry) -> Publication:
    """A place for an entry of which nothing may be shown or told."""
    publication = Publication(
        title="", kind=entry.kind, anonymous=entry.anonymous, first_seen=entry.first_seen, status="removed"
    )
    session.add(publication)
    session.flush()
    return publication


def adopt_documents(session: Session, entry: Entry, publication: Publication, *, now: datetime) -> None:
    """Documents of the entry that belong to nothing yet become the publication's; late ones are logged."""
    held = current_versions(session, publication)
    first = not documents_of(session, publication) or _is_new_at(session, publication, now)
    for document in entry_documents(session, entry):
        if document.publication_id is not None or (document.fetch and not document.tried):
            continue
        document.publication_id = publication.id
        version = session.get(Version, document.current_version_id) if document.current_version_id else None
        if not first and version and not _is_held(session, entry, version, held):
            changes.log(
                session,
                publication.id or 0,
                ChangeKind.DOCUMENT_ADDED,
                at=now,
                note=document.text,
                news=not (entry.baseline and document.first_seen == entry.first_seen),
                entry_id=entry.id,
                document_id=document.id,
            )
    session.flush()


def _is_held(session: Session, entry: Entry, version: Version, held: Sequence[Version]) -> bool:
    """Whether the publication has this report already, from another place and perhaps under another cover: no news.

    A corrected report at a new address of the same entry is news.
    """
    if any(one.sha256 == version.sha256 for one in held):
        return True
    own = set(session.exec(select(EntryDocument.document_id).where(EntryDocument.entry_id == entry.id)))
    elsewhere = {one.id for one in held if one.document_id not in own}
    alike = signatures.alike(session, version.id or 0, at_least=SAME_REPORT) if elsewhere else []
    return any(one.version_id in elsewhere for one in alike)


def _is_new_at(session: Session, publication: Publication, moment: datetime) -> bool:
    """Whether the publication itself was logged as new at this moment: then its documents are part of that."""
    statement = select(Change.id).where(
        Change.publication_id == publication.id, Change.kind == ChangeKind.NEW.value, col(Change.at) == moment
    )
    return session.exec(statement).first() is not None


def with_late_documents(session: Session) -> Sequence[Entry]:
    """Matched entries that link to documents, tried and read, which belong to no publication yet."""
    waiting = select(Version.document_id).where(Version.text_state == "waiting")
    late = (
        select(EntryDocument.entry_id)
        .join(Document, col(Document.id) == col(EntryDocument.document_id))
        .where(
            col(Document.publication_id).is_(None),
            col(Document.id).not_in(waiting),
            or_(col(Document.tried) > 0, col(Document.fetch).is_(False)),
        )
    )
    statement = select(Entry).where(col(Entry.publication_id).is_not(None), col(Entry.id).in_(late))
    return session.exec(statement.order_by(col(Entry.id))).all()
