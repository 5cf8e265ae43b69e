"""What a digest says: decided from plain values, without a database, a clock or a template."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts import words
from alerts.edition import (
    BaselineCount,
    Coverage,
    Edition,
    Elsewhere,
    Item,
    Lesson,
    ListedDocument,
    Unreadable,
    Update,
)
from store.digest_facts import Candidates, ChangeFact, PublicationFact, SourceFact

SHOWN = ("listed", "unlisted")
NATIONAL_KINDS = ("national", "inspectorate", "government", "charity")
KIND_ORDER = tuple(words.KINDS)
ROLE_ORDER = tuple(words.ROLES)
UPDATES = ("document_added", "document_replaced", "updated")


@dataclass(frozen=True)
class Occasion:
    """For whom and for which period an edition is made."""

    subscription: int
    topics: tuple[str, ...]
    frequency: str
    region: str
    period_start: datetime
    period_end: datetime
    catch_up: bool
    zone: ZoneInfo
    number: int = 0


@dataclass(frozen=True)
class Decided:
    """An edition, and the changes that it tells (and that no later digest of the subscription tells again)."""

    edition: Edition
    changes: tuple[int, ...]


def decide(candidates: Candidates, occasion: Occasion) -> Decided:
    """The edition for this occasion; it may have no content, then it need not be sent."""
    groups: dict[int, list[ChangeFact]] = defaultdict(list)
    for change in sorted(candidates.changes, key=lambda change: (change.at, change.id)):
        groups[change.publication].append(change)
    ordered = sorted(groups, key=lambda key: _order(candidates.publications[key], occasion.region))
    items, updates, notices, told = [], [], [], []
    for key in ordered:
        publication, changes = candidates.publications[key], groups[key]
        if notice := withdrawal_notice(publication, changes):
            notices.append(notice)
        if is_new(publication, changes):
            items.append(item(publication, changes, occasion.zone))
        elif update := updated(publication, changes, occasion.zone):
            updates.append(update)
        if notice or _may_be_told(publication):
            told += [change.id for change in changes]
    edition = Edition(
        number=occasion.number,
        subscription=occasion.subscription,
        topics=occasion.topics,
        frequency=occasion.frequency,
        period_start=occasion.period_start,
        period_end=occasion.period_end,
        period=words.period(occasion.period_start, occasion.period_end, occasion.zone),
        items=tuple(items),
        updates=tuple(updates),
        notices=tuple(notices),
        baselines=tuple(BaselineCount(publisher=name, count=count) for name, count in candidates.baselines),
        coverage=coverage(candidates.sources, occasion.zone),
        catch_up=occasion.catch_up,
    )
    return Decided(edition, tuple(told))


def is_new(publication: PublicationFact, changes: Iterable[ChangeFact]) -> bool:
    """New beats all other changes; a third party's summary is never announced as a review."""
    untold = _may_be_told(publication) and publication.told_in is None
    return untold and any(change.kind == "new" for change in changes)


def item(publication: PublicationFact, changes: Sequence[ChangeFact], zone: ZoneInfo) -> Item:
    """A new publication with all its documents, also those that were added since."""
    late = next((change.late_since for change in changes if change.kind == "new" and change.late_since), None)
    first, *others = publication.entries or (None,)
    return Item(
        publication=publication.id,
        title=publication.title,
        publisher=_publisher(publication),
        area=publication.area,
        kind=words.KINDS.get(publication.kind, words.KINDS["other"]),
        published=words.stated_date(publication.published, publication.precision),
        basis=words.BASES.get(publication.basis, ""),
        abstract=publication.abstract,
        themes=publication.themes,
        lessons=tuple(Lesson(text=one.text, page=one.page) for one in publication.lessons),
        documents=tuple(_documents(publication)),
        url=first.url if first else "",
        elsewhere=tuple(Elsewhere(publisher=entry.publisher, url=entry.url) for entry in others),
        late=words.day(late, zone) if late else "",
    )


def updated(publication: PublicationFact, changes: Sequence[ChangeFact], zone: ZoneInfo) -> Update | None:
    """What has changed on a publication that is not new; None when nothing of it is to be told."""
    told = [change for change in changes if change.kind in UPDATES]
    if not told or not _may_be_told(publication):
        return None
    lines = dict.fromkeys(_line(publication, change, zone) for change in told)
    return Update(
        publication=publication.id,
        title=publication.title,
        publisher=_publisher(publication),
        area=publication.area,
        kind=words.KINDS.get(publication.kind, words.KINDS["other"]),
        notes=tuple(lines),
        url=publication.entries[0].url if publication.entries else "",
    )


def _may_be_told(publication: PublicationFact) -> bool:
    """Nothing that is suspected or removed, and nothing that only repeats another publication."""
    return publication.status in SHOWN and not publication.derivative


def withdrawal_notice(publication: PublicationFact, changes: Iterable[ChangeFact]) -> str:
    """A plain line without any detail, and only for those whom we had told of the publication; else empty."""
    kinds = {change.kind for change in changes}
    if "removed" in kinds and publication.status == "removed" and publication.told_in:
        listed_in = f"listed in digest {publication.told_in}"
        return f"A review that we {listed_in} has been withdrawn by its publisher; please do not pass it on."
    if "restored" in kinds and publication.status in SHOWN and publication.withdrawal_told_in:
        told_in = f"in digest {publication.withdrawal_told_in}"
        return f"A review that we told you had been withdrawn, {told_in}, is available from its publisher again."
    return ""


def coverage(sources: Sequence[SourceFact], zone: ZoneInfo) -> Coverage:
    """Which sources were read, and per publisher which could not be; first those that have failed the longest."""
    failing = [source for source in sources if source.failing_since or source.incident]
    waiting = sum(source.last_good_at is None for source in sources if source not in failing)
    failing.sort(key=lambda source: (_since(source) is not None, _since(source) or 0, source.publisher))
    named: dict[str, Unreadable] = {}
    for source in failing:
        named.setdefault(source.publisher, _unreadable(source, zone))
    return Coverage(
        sources=len(sources),
        read=len(sources) - len(failing) - waiting,
        unreadable=tuple(named.values()),
        waiting=waiting,
    )


def _since(source: SourceFact) -> float | None:
    moment = source.last_good_at
    return moment.timestamp() if moment else None


def _unreadable(source: SourceFact, zone: ZoneInfo) -> Unreadable:
    since = f"last read on {words.day(source.last_good_at, zone)}" if source.last_good_at else "not read so far"
    why = words.TROUBLES.get(source.incident, "the site could not be read")
    return Unreadable(publisher=source.publisher, since=since, why=why)


def _order(publication: PublicationFact, region: str) -> tuple[int, int, int, int]:
    """National first, then the reader's own region, then the others; by kind, then the newest first."""
    national = publication.publisher_kind in NATIONAL_KINDS or publication.kind == "national_review"
    place = 0 if national else 1 if region and publication.region == region else 2
    kind = KIND_ORDER.index(publication.kind) if publication.kind in KIND_ORDER else len(KIND_ORDER)
    newest = -publication.published.toordinal() if publication.published else 0
    return place, kind, newest, publication.id


def _publisher(publication: PublicationFact) -> str:
    if publication.publisher:
        return publication.publisher
    return publication.entries[0].publisher if publication.entries else "Publisher not known"


def _documents(publication: PublicationFact) -> Iterable[ListedDocument]:
    shown = (document for document in publication.documents if document.available)
    for document in sorted(shown, key=lambda document: (_role_rank(document.role), document.id)):
        role = words.ROLES.get(document.role, words.ROLES["other"])
        yield ListedDocument(role=role, url=document.url, size=document.size, pages=document.pages)


def _role_rank(role: str) -> int:
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)


def _line(publication: PublicationFact, change: ChangeFact, zone: ZoneInfo) -> str:
    roles = {document.id: words.ROLES.get(document.role, words.ROLES["other"]) for document in publication.documents}
    role = roles.get(change.document or 0, words.ROLES["other"])
    what = {"document_added": f"{role} added", "document_replaced": f"{role} replaced", "updated": "Updated"}
    note = f": {change.note}" if change.note else ""
    return f"{words.day(change.at, zone)}: {what[change.kind]}{note}"
