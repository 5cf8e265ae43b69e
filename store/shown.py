"""What is shown of a publication, from which source, and whether it is still listed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from store import changes, search_index, withdrawals
from store.changes import ChangeKind
from store.models import Entry, Publication, Publisher, Source
from store.publications import documents_of, entries_of, entry_documents, is_listed, speaking
from store.reading import EntryState
from store.retention import is_early
from store.themes import themes_of


def refresh(session: Session, publication: Publication, *, now: datetime) -> None:
    """Choose the shown fields anew, look whether it is still listed, and index it."""
    entries = entries_of(session, publication)
    if entries:
        _choose_fields(session, publication, entries)
        refresh_status(session, publication, entries, now=now)
    withdrawals.follow(session, publication, now=now)
    search_index.reindex_publication(session, publication)


def choose(session: Session, publication: Publication) -> None:
    """Choose the shown fields anew and index it; whether it is listed is not judged."""
    if entries := entries_of(session, publication):
        _choose_fields(session, publication, entries)
    search_index.reindex_publication(session, publication)


def _choose_fields(session: Session, publication: Publication, entries: Sequence[Entry]) -> None:
    """One ranked rule for every field: GOV.UK, own partnership, Panel site, NSPCC, re-posts, derivatives."""
    owner = owner_of(entries)
    ranked = sorted(entries, key=lambda entry: (rank(entry, session.get_one(Source, entry.source_id), owner), entry.id))
    best = ranked[0]
    publication.title = best.title or best.heading
    publication.kind, publication.language, publication.derivative = best.kind, best.language, best.derivative
    publication.anonymous = all(entry.anonymous for entry in entries)
    chosen = {"title": best, "kind": best}
    free = [entry for entry in ranked if not _brings_what_was_removed(session, entry)]
    for name in ("area", "subject", "abstract"):
        among = free if name == "abstract" else ranked
        source = next((entry for entry in among if getattr(entry, name)), None)
        setattr(publication, name, getattr(source, name) if source else "")
        chosen[name] = source or best
    dated = next((entry for entry in ranked if entry.published), best)
    publication.published, publication.precision, publication.basis = dated.published, dated.precision, dated.basis
    chosen["published"] = dated
    publication.publisher_id = None
    if not publication.anonymous:
        publication.publisher_id = owner or _issuer(session, best)
        publication.area = publication.area or _short_name(session, publication.publisher_id)
    publication.themes = themes_of(session, publication, entries)
    publication.fields_from = {name: entry.id for name, entry in chosen.items()}


def _brings_what_was_removed(session: Session, entry: Entry) -> bool:
    """Its abstract may then be words of what was removed."""
    return any(document.refused_for for document in entry_documents(session, entry))


def _issuer(session: Session, entry: Entry) -> str | None:
    source = session.get_one(Source, entry.source_id)
    return source.publisher_id if source.role == "publisher" else None


def _short_name(session: Session, publisher_id: str | None) -> str:
    publisher = session.get(Publisher, publisher_id) if publisher_id else None
    return publisher.short if publisher and publisher.kind == "partnership" else ""


def owner_of(entries: Iterable[Entry]) -> str | None:
    """Whose review it is: the area that most entries name; one that is printed counts before one that is inferred."""
    votes: Counter[str] = Counter()
    for entry in entries:
        if entry.area_publisher_id:
            votes[entry.area_publisher_id] += 2 if entry.area else 1
    return votes.most_common(1)[0][0] if votes else None


FORGETFUL_KINDS = ("feed", "wordpress", "newsletter")
"""Their posts announce: of two sources of one owner, the list says more."""


def rank(entry: Entry, source: Source, owner: str | None) -> int:
    """How far a source's word counts for a publication's fields; 0 is best."""
    if entry.derivative:
        return 7
    if source.kind == "govuk":
        return 0
    if source.role == "publisher" and source.publisher_id == owner and entry.kind != "news":
        return 2 if source.kind in FORGETFUL_KINDS else 1
    if source.kind in ("panel", "nspcc"):
        return 3 if source.kind == "panel" else 4
    return 6 if entry.kind == "news" else 5


def refresh_status(session: Session, publication: Publication, entries: Sequence[Entry], *, now: datetime) -> None:
    """Listed while a publisher's own list shows it; else unlisted, or withdrawal suspected when it went early."""
    if publication.status in ("removed", "suspected"):
        return
    if is_listed(session, entries):
        if publication.status == "unlisted":
            publication.status = "listed"
            changes.log(session, publication.id or 0, ChangeKind.RESTORED, at=now, note="listed again", news=False)
            _fetch_what_expired(session, publication, now)
        return
    if publication.status == "unlisted":
        return
    reason = _why_suspected(session, publication, speaking(session, entries), now)
    if reason:
        withdrawals.suspect(session, publication, reason, now=now)
    else:
        publication.status = "unlisted"
        changes.log(session, publication.id or 0, ChangeKind.UNLISTED, at=now)


def _fetch_what_expired(session: Session, publication: Publication, now: datetime) -> None:
    """What we had deleted because nobody listed it any more (store.keeping)."""
    for document in documents_of(session, publication):
        if document.fetch and document.current_version_id is None and document.due_at is None:
            document.due_at = now


def _why_suspected(session: Session, publication: Publication, entries: Iterable[Entry], now: datetime) -> str:
    """Empty when it simply expired."""
    if stated := [entry for entry in entries if entry.state != EntryState.LIVE.value]:
        return f"Its publisher says that it is {stated[0].state}"
    if all(entry.left_out or session.get_one(Source, entry.source_id).role == "witness" for entry in entries):
        return ""
    if is_early(session, publication, now):
        return "It is no longer on its publisher's list, before its usual time"
    return ""
