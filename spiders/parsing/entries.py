"""From a review's blocks to the entry that is kept: title, kind, place, dates and documents with their roles."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from spiders.parsing.addresses import file_name, is_page, key_of, media_type_of, same_host
from spiders.parsing.dates import (
    dates_in,
    find_date,
    from_address,
    is_only_date,
    month_of,
    published_in,
    weekday_conflict,
)
from spiders.parsing.grouping import Group, title_of
from spiders.parsing.kinds import OTHER_REVIEWS, area_named, classify, is_national
from spiders.parsing.lines import Anchor, Line
from spiders.parsing.roles import role_of
from spiders.parsing.structure import Block
from spiders.parsing.subjects import pseudonym_in
from spiders.parsing.telling import is_code, leads_to_document, tells
from spiders.parsing.text import plain, repaired, size_in
from store.reading import Basis, DocumentRole, LeftOut, Precision, PublicationKind, SeenDocument, SeenEntry, StatedDate

LABEL = re.compile(
    r"^(?P<name>key issues?|keywords?|themes?|learning themes?|author|independent reviewer|model|background)\s*:\s*"
    r"(?P<value>.+)$",
    re.IGNORECASE,
)
THEME_LABELS = re.compile(r"^(?:key issues?|keywords?|(?:learning )?themes?)$", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d(])")
OTHER_REVIEW_REASONS = frozenset(reason for _, reason in OTHER_REVIEWS)
ABSTRACT_LENGTH = 3000
LONG_HEADING = 100
"""A longer heading is a sentence: the subject serves as the title."""


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE_END.split(text) if part]


def themes_in(labels: Mapping[str, str]) -> tuple[str, ...]:
    """The words listed under a label such as "Key issues" or "Keywords"."""
    values = (value for name, value in labels.items() if THEME_LABELS.match(name))
    words = (word.strip(" .") for value in values for word in re.split(r"[;,•]", value))
    return tuple(dict.fromkeys(word for word in words if word))


def labels_in(lines: Sequence[Line]) -> dict[str, str]:
    """What lines of the form "Key issues: neglect; school" state, by the label as printed."""
    found = (LABEL.match(line.text) for line in lines if not line.anchors)
    return {match["name"]: match["value"].strip() for match in found if match}


def published_of(blocks: Sequence[Block], heading: str, times: Sequence[str] = ()) -> StatedDate | None:
    """When a review was published as its list says: in the heading, by a machine date, in a sentence, in its group.

    A date in a briefing's link ("published October") is that document's own; a date in the story is not of publication.
    """
    said = published_in(heading)
    above = next((block.context for block in blocks if block.context), None)
    in_heading = said.stated(Basis.PUBLISHED) if said else find_date(heading, Basis.LISTED) or month_of(heading, above)
    if in_heading and in_heading.precision is not Precision.YEAR:
        return in_heading
    for stated in [*times, *(time for block in blocks for line in block.lines for time in line.times)]:
        date = find_date(stated, Basis.LISTED)
        if date:
            return date
    lines = [line for block in blocks for line in block.lines]
    found = next(filter(None, (_date_of_line(line) for line in lines)), None)
    return found or in_heading or above


def _date_of_line(line: Line) -> StatedDate | None:
    words = line.words
    for sentence in sentences(words):
        published = published_in(sentence)
        if published:
            return published.stated(Basis.PUBLISHED)  # the page says so
        if is_only_date(sentence):
            return find_date(sentence, Basis.LISTED)  # on the list, without a word of what it is the date of
    in_column = bool(re.search(r"publish|date", line.column, re.IGNORECASE))
    return find_date(words, Basis.LISTED) if in_column and not line.anchors else None


def abstract_of(blocks: Sequence[Block]) -> str:
    """What the blocks say beside their links, dates and labels."""
    lines = [line for block in blocks for line in block.lines if not (line.column or line.level)]
    return " ".join(line.text for line in lines if _is_prose(line))[:ABSTRACT_LENGTH]


def _is_prose(line: Line) -> bool:
    """A sentence: no label, no "Documents:", and some words beside its links and dates."""
    if LABEL.match(line.text) or line.text.endswith(":"):
        return False
    rest = repaired(line.words)
    for found in reversed(dates_in(rest)):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    return len(plain(rest).split()) > 3


class Wishes(Protocol):
    """What of a source's options matters here."""

    @property
    def drop_parameters(self) -> tuple[str, ...]: ...
    @property
    def keep_parameters(self) -> tuple[str, ...]: ...
    @property
    def child_pages(self) -> bool | None: ...


@dataclass
class Reader:
    """Makes the entries of one page.

    `page`: its address; `areas`: known places and bodies, casefolded; `own`: the names of the page's own publisher.
    """

    page: str
    areas: Collection[str] = ()
    own: Sequence[str] = ()
    options: Wishes | None = None
    about: bool = True
    """The page speaks of reviews: a bare name on it is a child's pseudonym."""
    left_out: list[LeftOut] = field(default_factory=list)

    def key_of(self, url: str) -> str:
        """The address's identity on this site."""
        wishes = self.options
        return key_of(url, wishes.drop_parameters, wishes.keep_parameters) if wishes else key_of(url)

    def entry(self, one: Group, key: str) -> SeenEntry:
        """The entry of one group of blocks, as far as its list tells."""
        heading = one.main.heading
        blocks = [one.main, *(block for block in one.blocks if block is not one.main)]
        kind, flags = self._kind(one)
        labels = labels_in([line for block in blocks for line in block.lines])
        documents = self.documents(blocks, kind)
        if any(weekday_conflict(f"{block.heading} {block.text}") for block in blocks):
            flags = (*flags, "weekday and date disagree")
        return SeenEntry(
            key=key,
            url=_address_of(documents) or self.page,
            heading=heading,
            page=self.page,
            title=title_of(heading) if len(heading) <= LONG_HEADING else one.subject or heading,
            kind=kind,
            area=self._area(one, kind),
            subject=one.subject if kind in (PublicationKind.LOCAL_REVIEW, PublicationKind.NATIONAL_REVIEW) else "",
            published=published_of(blocks, heading) or _weak_date(documents),
            abstract=abstract_of(blocks),
            labels=labels,
            themes=themes_in(labels),
            documents=documents,
            content_hash=entry_hash(heading, documents),
            flags=flags,
        )

    def documents(self, blocks: Sequence[Block], kind: PublicationKind) -> tuple[SeenDocument, ...]:
        """The documents of a review, each address once, with roles; a link to another site is kept but not fetched."""
        found: dict[str, SeenDocument] = {}
        for block in blocks:
            latest = ""
            for line in block.lines:
                if not line.anchors and latest and found[latest].size is None:
                    found[latest] = found[latest].model_copy(update={"size": size_in(line.text)})
                for anchor in line.anchors:
                    if not self._wanted(anchor, block):
                        continue
                    latest = self.key_of(anchor.url)
                    found.setdefault(latest, self._document(anchor, block))
        return _with_report(tuple(found.values()), kind)

    def _wanted(self, anchor: Anchor, block: Block) -> bool:
        if self.key_of(anchor.url) == self.key_of(self.page):
            return False
        text = anchor.label.text
        reason = classify(text, subject="").reason
        role = role_of(text)
        if reason and (reason in OTHER_REVIEW_REASONS or role is DocumentRole.OTHER):
            self.left_out.append(LeftOut(text=text, url=anchor.url, reason=f"{reason}, linked beside {block.heading}"))
            return False
        if leads_to_document(anchor):
            return True
        if is_child_link(anchor, block, self.page):
            return self.options is not None and self.options.child_pages is False
        # A page can be the report too: "Summary report" under a review's heading, or a national review elsewhere.
        return is_page(anchor.url) and (role is not DocumentRole.OTHER or not same_host(anchor.url, self.page))

    def _document(self, anchor: Anchor, block: Block) -> SeenDocument:
        text = anchor.label.text
        beside = block.heading if is_code(anchor) else ""
        fetch = leads_to_document(anchor) or same_host(anchor.url, self.page)
        return SeenDocument(
            url=anchor.url,
            role=role_of(text, anchor.column, beside, file_name(anchor.url), block.section),
            text=anchor.raw,
            media_type=anchor.label.media_type or media_type_of(anchor.url),
            size=anchor.label.size,
            pages=anchor.label.pages,
            stated=find_date(text, Basis.LISTED) or from_address(anchor.url),
            fetch=fetch,
        )

    def _kind(self, one: Group) -> tuple[PublicationKind, tuple[str, ...]]:
        heading = one.main.heading
        anchors = [anchor for block in one.blocks for anchor in block.anchors]
        told = classify(heading, one.subject if self.about else "").kind
        hosted = bool(anchors) and all(is_national("", anchor.url) for anchor in anchors)
        if is_national(heading) or (hosted and told in (None, PublicationKind.LOCAL_REVIEW)):
            return told if told is PublicationKind.ANNUAL_REPORT else PublicationKind.NATIONAL_REVIEW, ()
        if told:
            return told, ()
        section = classify(one.main.section).family
        if self.about and (pseudonym_in(heading) or section):
            return PublicationKind.LOCAL_REVIEW, ()
        return PublicationKind.OTHER, ("the title does not say what kind of publication it is",)

    def _area(self, one: Group, kind: PublicationKind) -> str:
        if kind is PublicationKind.NATIONAL_REVIEW:
            return ""
        text = f"{one.main.heading} {one.main.section}"
        return area_named(text.replace(one.subject, " ") if one.subject else text, self.areas, self.own)


def entry_hash(heading: str, documents: Sequence[SeenDocument]) -> str:
    """What matters of a listed entry: its heading and its documents. Prose is edited without any news in it."""
    parts = sorted((key_of(document.url), document.role.value) for document in documents)
    return hashlib.sha256(repr((plain(heading), parts)).encode()).hexdigest()


def revision_of(blocks: Sequence[Block]) -> str:
    """The list's own mark of change for an entry whose details stand on a page of its own."""
    said = sorted(plain(f"{block.heading} {block.text}") for block in blocks)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def child_page_of(one: Group, page: str) -> str:
    """The page that a list gives a review, on the same site; empty when it gives none.

    The heading's own link, "Read more" under a heading, or a link in a plain list that names the review.
    """
    for block in one.blocks:
        for anchor in [block.link, *block.anchors] if block.link else block.anchors:
            if is_child_link(anchor, block, page):
                return anchor.url
    return ""


def is_child_link(anchor: Anchor, block: Block, page: str) -> bool:
    """True for a link to a page about the block's review, rather than to one of its documents."""
    if leads_to_document(anchor) or not is_page(anchor.url) or not same_host(anchor.url, page):
        return False
    if key_of(anchor.url) == key_of(page):
        return False
    if block.link is not None and anchor.url == block.link.url:
        return True
    return role_of(anchor.label.text) is DocumentRole.OTHER if block.titled else tells(anchor)


def _address_of(documents: Sequence[SeenDocument]) -> str:
    """Where a review without a page of its own is: its report, else its first document."""
    report = [one.url for one in documents if one.role is DocumentRole.OVERVIEW_REPORT]
    return next(iter([*report, *(one.url for one in documents)]), "")


def _weak_date(documents: Sequence[SeenDocument]) -> StatedDate | None:
    """Without a date on the page: that of the report's own link, or what its file's name or folder says."""
    report = [document for document in documents if document.role is DocumentRole.OVERVIEW_REPORT] or list(documents)
    return next((document.stated for document in report if document.stated), None)


def _with_report(documents: tuple[SeenDocument, ...], kind: PublicationKind) -> tuple[SeenDocument, ...]:
    """A link that bears only the review's name is the report, where no other link is."""
    if kind is PublicationKind.OTHER or any(one.role is DocumentRole.OVERVIEW_REPORT for one in documents):
        return documents
    first = next((one for one in documents if one.role is DocumentRole.OTHER), None)
    report = first.model_copy(update={"role": DocumentRole.OVERVIEW_REPORT}) if first else None
    return tuple(report if report and one is first else one for one in documents)
