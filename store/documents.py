"""Documents and their versions: what is due for fetching, what came of it, and what its text means."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session, col, select

from store import (
    changes,
    incidents,
    lesson_rows,
    publications,
    removal,
    scans,
    search_index,
    signatures,
    trouble,
    withdrawals,
)
from store.changes import ChangeKind
from store.files import Files
from store.models import Document, Entry, EntryDocument, PageText, Publication, Version
from store.reading import Fetched, FetchRequest, IncidentKind, Problem
from store.retention import is_early
from store.shown import choose
from store.text import Extracted
from store.versions import Verdict, VersionChange, judge
from store.words import words

GONE_STATUSES = {404, 410}
READS_BEFORE_GONE = 2
SECOND_LOOK = timedelta(minutes=30)
RETRY = timedelta(hours=6)
DAILY, WEEKLY, MONTHLY = timedelta(days=1), timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """A version whose text is to be read."""

    version_id: int
    sha256: str
    media_type: str


def recheck_after(age: timedelta) -> timedelta:
    """The decaying schedule of re-reads: daily for a month, weekly for a year, then monthly."""
    if age < timedelta(days=31):
        return DAILY
    return WEEKLY if age < timedelta(days=366) else MONTHLY


class Round(StrEnum):
    """Documents are fetched in this order, so that what has moved is known at its new place before it is missed."""

    UNTRIED = "untried"
    AGAIN = "again"
    SECOND_LOOK = "second look"
    """What seemed gone at the first look, without waiting."""


def due(session: Session, now: datetime, round_: Round) -> Sequence[Document]:
    statement = (
        select(Document).where(col(Document.fetch), col(Document.due_at).is_not(None)).order_by(col(Document.id))
    )
    if round_ == Round.UNTRIED:
        return session.exec(statement.where(Document.tried == 0, col(Document.due_at) <= now)).all()
    statement = statement.where(col(Document.id).not_in(trouble.resting(now)))
    if round_ == Round.SECOND_LOOK:
        return session.exec(statement.where(Document.gone_reads == 1, col(Document.gone_at).is_(None))).all()
    return session.exec(statement.where(col(Document.tried) > 0, col(Document.due_at) <= now)).all()


def request_for(document: Document) -> FetchRequest:
    return FetchRequest(
        document=document.id or 0, url=document.url, etag=document.etag, last_modified=document.last_modified
    )


def store_fetched(session: Session, files: Files, fetched: Fetched, *, folder: Path, now: datetime) -> None:
    """Write down what came of fetching one document. The bytes are kept before the row that names them is committed."""
    document = session.get(Document, fetched.document)
    if document is None:
        return
    document.tried += 1
    document.status = fetched.status
    document.problem = fetched.problem.evidence if fetched.problem else ""
    document.due_at = now + recheck_after(now - document.first_seen)
    if fetched.status == 304:
        _seen_again(session, document, now)
    elif fetched.status in GONE_STATUSES or (fetched.problem and fetched.problem.kind in trouble.AWAY):
        _not_there(session, document, fetched, now)
    elif fetched.problem or not fetched.path or _is_doubtful_page(session, document, fetched):
        document.due_at = now + RETRY
    else:
        _new_bytes(session, files, document, fetched, folder, now)


def _is_doubtful_page(session: Session, document: Document, fetched: Fetched) -> bool:
    """A web page that we hold, from a site whose list cannot be read: what is gone from it may be the site's fault."""
    held = document.current_version_id is not None and fetched.media_type == "text/html"
    return held and bool(trouble.failing_sources(session, document))


def _seen_again(session: Session, document: Document, now: datetime) -> None:
    document.gone_reads, document.gone_at = 0, None
    if document.current_version_id:
        session.get_one(Version, document.current_version_id).last_seen = now


def _new_bytes(
    session: Session, files: Files, document: Document, fetched: Fetched, folder: Path, now: datetime
) -> None:
    document.etag, document.last_modified = fetched.etag, fetched.last_modified
    document.media_type = fetched.media_type
    document.gone_reads, document.gone_at = 0, None
    if buried := removal.tombstone(session, "bytes", fetched.sha256):
        _refuse(session, document, buried.publication_id, "this file", now)
        return
    newest = session.exec(
        select(Version).where(Version.document_id == document.id).order_by(col(Version.id).desc())
    ).first()
    if newest and newest.sha256 == fetched.sha256 and newest.state != "removed":
        newest.last_seen = now
        return
    files.put_file(folder / fetched.path)
    session.add(
        Version(
            document_id=document.id or 0,
            sha256=fetched.sha256,
            size=fetched.size,
            media_type=fetched.media_type,
            file_name=fetched.file_name,
            first_seen=now,
            last_seen=now,
            due_at=now,
        )
    )
    session.flush()


def _not_there(session: Session, document: Document, fetched: Fetched, now: datetime) -> None:
    """Gone or redirected away: believed at the second look. What we never held cannot be withdrawn."""
    document.gone_reads += 1
    if document.gone_reads < READS_BEFORE_GONE:
        document.due_at = now + SECOND_LOOK
        return
    if document.gone_at or document.current_version_id is None or document.publication_id is None:
        document.gone_at = document.gone_at or now
        return
    if _is_site_in_trouble(session, document, fetched, now):
        document.gone_reads = 1  # a broken or rebuilt site withdraws nothing: look again when it reads well
        document.due_at = now + DAILY
        return
    document.gone_at = now
    _judge_gone(session, document, moved_away=fetched.status not in GONE_STATUSES, now=now)


def _is_site_in_trouble(session: Session, document: Document, fetched: Fetched, now: datetime) -> bool:
    """Whether the fault is the site's: its list cannot be read, or all that it lists is away (an incident)."""
    without = trouble.sources_without_documents(session, document, now)
    for source in (one for one in without if one.failing_since is None):  # else its own incident says it already
        kind = fetched.problem.kind if fetched.problem else IncidentKind.MOVED
        told = fetched.problem.evidence if fetched.problem else f"{document.url} answered {fetched.status}."
        evidence = f"Documents of several reviews that are listed are not in their places. One of them: {told}"
        incidents.open_incident(session, source, Problem(kind=kind, evidence=evidence), now=now)
    return bool(without or trouble.failing_sources(session, document))


def _judge_gone(session: Session, document: Document, *, moved_away: bool, now: datetime) -> None:
    """A document that is not where it was: replaced by another one, expired in its time, or perhaps withdrawn."""
    publication = session.get_one(Publication, document.publication_id)
    current = session.get_one(Version, document.current_version_id)
    if publications.stands_elsewhere(session, document):
        current.state, document.current_version_id = "older", None
        search_index.reindex_publication(session, publication)
        return
    successor = publications.successor_of(session, document)
    if successor:
        verdict = judge(pages_of(session, current), pages_of(session, successor))
        current.state, document.current_version_id = "older", None
        _log_verdict(session, publication, document, current, successor, verdict, now)
    elif moved_away or is_early(session, publication, now):
        what = "is redirected away" if moved_away else "is gone before its usual time"
        reason = f"A document {what}: {document.url}"
        withdrawals.suspect(session, publication, reason, now=now, document=document, old=current)


def waiting_for_text(session: Session, *, limit: int = 1000) -> list[Waiting]:
    statement = select(Version).where(Version.text_state == "waiting", Version.state == "new").order_by(col(Version.id))
    return [
        Waiting(version.id or 0, version.sha256, version.media_type) for version in session.exec(statement.limit(limit))
    ]


def bytes_are_missing(session: Session, version_id: int, *, now: datetime) -> None:
    """The store of files has lost an unread version's bytes: forget it, and ask for the document anew."""
    version = session.get_one(Version, version_id)
    document = session.get_one(Document, version.document_id)
    document.etag, document.last_modified, document.due_at = "", "", now
    session.delete(version)


def store_text(session: Session, files: Files, version_id: int, extracted: Extracted, *, now: datetime) -> None:
    """Keep a version's text by page, decide what the version is and log it, all in the caller's transaction."""
    version = session.get_one(Version, version_id)
    if version.text_state != "waiting":
        return
    version.text_state, version.title, version.due_at = extracted.state, extracted.title, None
    version.pages = len(extracted.pages) or None
    version.text_hash = text_hash(extracted.pages)
    document = session.get_one(Document, version.document_id)
    for number, text in enumerate(extracted.pages, start=1):
        session.add(PageText(version_id=version_id, number=number, text=text))
    session.flush()
    scans.mark(session, version, extracted.pages)
    lesson_rows.keep(session, version_id, extracted.pages)
    signatures.keep(session, version_id, extracted.pages)
    if _is_refused(session, files, document, version, now):
        return
    _take_up(session, document, version, extracted.pages, now)


def _is_refused(session: Session, files: Files, document: Document, version: Version, now: datetime) -> bool:
    """A text that was removed, or nearly that text with another cover, is not kept."""
    buried = removal.tombstone(session, "text", version.text_hash) if version.text_hash else None
    removed = buried.publication_id if buried else removal.removed_near(session, document, version)
    if buried is None and removed is None:
        return False
    removal.erase_refused(session, files, version)
    _refuse(session, document, removed, "this text", now)
    return True


def _refuse(session: Session, document: Document, removed: int | None, what: str, now: datetime) -> None:
    removal.refuse(session, document, removed, what, now=now)
    publication = session.get(Publication, document.publication_id) if document.publication_id else None
    if publication:
        choose(session, publication)


def text_hash(pages: Iterable[str]) -> str:
    """A hash of the words alone, whatever the layout; empty when there are none."""
    joined = " ".join(word for page in pages for word in words(page))
    return hashlib.sha256(joined.encode()).hexdigest() if joined else ""


def _take_up(session: Session, document: Document, version: Version, pages: Sequence[str], now: datetime) -> None:
    """Make the version the current one, and say what became of the one before."""
    former = session.get(Version, document.current_version_id) if document.current_version_id else None
    document.current_version_id = version.id
    version.state = "current"
    if former:
        former.state = "older"
    if document.publication_id is None:
        return
    publication = session.get_one(Publication, document.publication_id)
    if former is None:
        _came_late(session, publication, document, now)
    else:
        verdict = judge(pages_of(session, former), pages)
        _log_verdict(session, publication, document, former, version, verdict, now)
    withdrawals.follow(session, publication, now=now)


def _log_verdict(
    session: Session,
    publication: Publication,
    document: Document,
    former: Version,
    version: Version,
    verdict: Verdict,
    now: datetime,
) -> None:
    """What a newer version means for its publication: nothing, a line in the log, or a suspicion (rule 6)."""
    if verdict.change == VersionChange.REDACTION:
        reason = f"A newer version may be a redaction; {verdict.reason}: {document.url}"
        withdrawals.suspect(session, publication, reason, now=now, document=document, old=former, new=version)
        return
    if verdict.change != VersionChange.SAME_TEXT:
        kind = ChangeKind.UPDATED if verdict.change == VersionChange.UPDATE else ChangeKind.DOCUMENT_REPLACED
        note = _publisher_note(session, document, former.last_seen) or verdict.reason
        changes.log(session, publication.id or 0, kind, at=now, note=note, document_id=document.id)
    search_index.reindex_publication(session, publication)


def _came_late(session: Session, publication: Publication, document: Document, now: datetime) -> None:
    """A document that could not be had when its publication was settled, or that is back."""
    if publication.status not in publications.SHOWN:
        return
    entries = publications.entries_of(session, publication)
    baseline = all(entry.baseline and entry.first_seen == document.first_seen for entry in entries)
    changes.log(
        session,
        publication.id or 0,
        ChangeKind.DOCUMENT_ADDED,
        at=now,
        note=document.text,
        news=not baseline,
        document_id=document.id,
    )
    search_index.reindex_publication(session, publication)


def _publisher_note(session: Session, document: Document, since: datetime) -> str:
    """The newest change note that a publisher gave after we last saw the older version."""
    statement = select(Entry).join(EntryDocument).where(EntryDocument.document_id == document.id)
    notes = [note for entry in session.exec(statement) for note in entry.notes]
    newer = [note for note in notes if datetime.fromisoformat(note["at"]) > since]
    return str(max(newer, key=lambda note: note["at"])["note"]) if newer else ""


def pages_of(session: Session, version: Version) -> list[str]:
    statement = select(PageText.text).where(PageText.version_id == version.id).order_by(col(PageText.number))
    return list(session.exec(statement))
