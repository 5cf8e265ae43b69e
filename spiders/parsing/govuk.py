"""Content items of GOV.UK, read as what they are. The shapes are those of its Content API; every key may be missing."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

from spiders.parsing.addresses import absolute
from spiders.parsing.govuk_files import Attachment, documents_in, page_itself
from spiders.parsing.govuk_kinds import kind_of, why_left_out
from spiders.parsing.markup import plain_text
from spiders.parsing.text import clean, slug
from store.reading import (
    Basis,
    ChangeNote,
    EntryState,
    LeftOut,
    Precision,
    PublicationKind,
    SeenDocument,
    SeenEntry,
    StatedDate,
)

LONDON = ZoneInfo("Europe/London")
API = "/api/content"


class Loose(BaseModel):
    """A value of the API: null, "" and {} stand for "none" there, and unknown keys are no concern of ours."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def without_blanks(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value not in (None, "", {})}


class Withdrawal(Loose):
    explanation: str = ""
    withdrawn_at: str = ""


class Redirect(Loose):
    path: str = ""
    destination: str = ""
    type: str = "exact"
    segments_mode: str = ""


class Note(Loose):
    note: str = ""
    public_timestamp: str = ""


class Linked(Loose):
    """Another page, as a link names it."""

    content_id: str = ""
    base_path: str = ""
    title: str = ""
    description: str = ""
    locale: str = "en"
    document_type: str = ""
    public_updated_at: str = ""


class Group(Loose):
    documents: tuple[str, ...] = ()


class Details(Loose):
    attachments: tuple[Attachment, ...] = ()
    documents: tuple[Any, ...] = ()
    """Retired: one HTML string per file. Read only where `attachments` is missing."""
    change_history: tuple[Note, ...] = ()
    collection_groups: tuple[Group, ...] = ()
    explanation: str = ""
    alternative_path: str = ""
    first_public_at: str = ""


class Links(Loose):
    documents: tuple[Linked, ...] = ()
    available_translations: tuple[Linked, ...] = ()
    organisations: tuple[Linked, ...] = ()


class ContentItem(Loose):
    base_path: str = ""
    content_id: str = ""
    locale: str = "en"
    schema_name: str = ""
    document_type: str = ""
    title: str = ""
    description: str = ""
    first_published_at: str = ""
    public_updated_at: str = ""
    withdrawn_notice: Withdrawal = Withdrawal()
    redirects: tuple[Redirect, ...] = ()
    details: Details = Details()
    links: Links = Links()

    @property
    def key(self) -> str:
        return item_key(self.content_id, self.locale) if self.content_id else self.base_path


class Place(NamedTuple):
    """Where an item was found: the list page, the list's own mark of change, and the address that was asked."""

    page: str
    detail_page: str
    revision: str = ""


def item_key(content_id: str, locale: str = "en") -> str:
    """The identity of a page: the same for all its editions and addresses, another for each language."""
    return content_id if locale == "en" else f"{content_id}:{locale}"


def moment(text: str) -> datetime | None:
    """A time in any of the API's shapes ("...Z", "....123Z", "+01:00"), in UTC; None when it is no time."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def read_item(item: ContentItem, place: Place) -> SeenEntry | LeftOut:
    """The entry that a content item is, or why it is none. Redirects are followed by the caller."""
    site = place.detail_page
    url = urljoin(site, item.base_path)
    if item.schema_name == "gone":
        note = plain_text(item.details.explanation)
        elsewhere = absolute(site, item.details.alternative_path)
        return gone_entry(
            item.key,
            url,
            place,
            at=item.public_updated_at,
            note=f"{note} See {elsewhere}".strip() if elsewhere else note,
        )
    reason = why_left_out(item.schema_name, item.document_type)
    if reason:
        return LeftOut(text=item.title or item.base_path, url=url, reason=reason)
    documents = documents_in(item.details.attachments, item.details.documents, site, item.locale)
    return _entry(item, place, url, documents or (page_itself(url, item.title),))


def _entry(item: ContentItem, place: Place, url: str, documents: tuple[SeenDocument, ...]) -> SeenEntry:
    withdrawn = moment(item.withdrawn_notice.withdrawn_at)
    heading = clean(item.title) or heading_from(url)
    return SeenEntry(
        key=item.key,
        url=url,
        heading=heading,
        page=place.page,
        detail_page=place.detail_page,
        title=heading,
        kind=kind_of(item.document_type or item.schema_name, heading, item.description),
        published=first_published(item),
        abstract=clean(item.description),
        labels=_labels(item, place),
        language=item.locale,
        documents=documents,
        notes=change_notes(item),
        state=EntryState.WITHDRAWN if withdrawn else EntryState.LIVE,
        state_note=plain_text(item.withdrawn_notice.explanation) if withdrawn else "",
        state_at=withdrawn,
        content_hash=_what_matters(item, documents),
    )


def _labels(item: ContentItem, place: Place) -> dict[str, str]:
    organisations = "; ".join(one.title for one in item.links.organisations if one.title)
    labels = {
        "revision": place.revision,
        "document_type": item.document_type,
        "content_id": item.content_id,
        "organisations": organisations,
    }
    return {name: value for name, value in labels.items() if value}


def _what_matters(item: ContentItem, documents: tuple[SeenDocument, ...]) -> str:
    """What two readings are compared by: a minor edit of title or text leaves the time of the last major change alone,
    and so does a wording of an old change note that is put right."""
    files = sorted((document.url, document.role.value) for document in documents)
    changed, withdrawn = moment(item.public_updated_at), moment(item.withdrawn_notice.withdrawn_at)
    return repr((item.base_path, str(changed), str(withdrawn), files))


def first_published(item: ContentItem) -> StatedDate | None:
    """The publisher's own date, which may lie long before the page appeared; the London day."""
    notes = change_notes(item)
    stated = moment(item.first_published_at) or moment(item.details.first_public_at) or (notes[0].at if notes else None)
    if stated:
        return _day(stated, Basis.PUBLISHED)
    updated = moment(item.public_updated_at)
    return _day(updated, Basis.PAGE_UPDATED) if updated else None


def _day(at: datetime, basis: Basis) -> StatedDate:
    return StatedDate(day=at.astimezone(LONDON).date(), precision=Precision.DAY, basis=basis)


def change_notes(item: ContentItem) -> tuple[ChangeNote, ...]:
    """The publisher's change history, oldest first; the API does not promise an order."""
    read = ((moment(note.public_timestamp), clean(note.note)) for note in item.details.change_history)
    return tuple(sorted((ChangeNote(at=at, note=text) for at, text in read if at), key=lambda note: note.at))


def gone_entry(key: str, url: str, place: Place, *, note: str, at: str = "", heading: str = "") -> SeenEntry:
    """An entry whose page is no longer there; `note` says in words what came instead."""
    return SeenEntry(
        key=key,
        url=url,
        heading=heading or heading_from(url),
        page=place.page,
        detail_page=place.detail_page,
        kind=PublicationKind.OTHER,
        labels={"revision": place.revision} if place.revision else {},
        state=EntryState.GONE,
        state_note=note,
        state_at=moment(at),
    )


def heading_from(url: str) -> str:
    """A heading for an item that has no title any more: the words of its address."""
    return slug(urlsplit(url).path.rsplit("/", 1)[-1]).replace("-", " ").capitalize() or url


def redirect_target(item: ContentItem) -> str:
    """Where a redirect sends its own path: a path or an address, without query and fragment; empty when nowhere."""
    fitting = [one for one in item.redirects if _covers(one, item.base_path)]
    if not fitting:
        return ""
    best = max(fitting, key=lambda one: (one.type == "exact", len(one.path)))
    rest = item.base_path[len(best.path) :] if best.segments_mode == "preserve" and best.type == "prefix" else ""
    parts = urlsplit(best.destination + rest)
    return parts._replace(query="", fragment="").geturl()


def _covers(redirect: Redirect, path: str) -> bool:
    return redirect.path == path or (redirect.type == "prefix" and path.startswith(redirect.path.rstrip("/") + "/"))


def content_url(url: str) -> str:
    """The Content API's address of the page at `url`, on the same scheme and host."""
    parts = urlsplit(url)
    path = parts.path.removeprefix(API).rstrip("/.")
    return parts._replace(path=API + path, query="", fragment="").geturl()
