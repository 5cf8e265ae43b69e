"""The sentences of a digest, made from its edition; every rendering uses the same."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from alerts import words
from alerts.edition import Edition, Item, Lesson, ListedDocument, Update

REVIEWS = ("Local review", "National review")
NAMED_BASELINES = 10
FILLER = "\u034f\u00a0" * 120
"""Signs that show nothing: they push the first title out of the lines that mail programs show in their lists."""
# control characters, and those that turn the direction of what follows
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~-])")


@dataclass(frozen=True)
class Section:
    heading: str
    lead: str = ""
    items: tuple[Item, ...] = ()
    updates: tuple[Update, ...] = ()


def summary(edition: Edition) -> str:
    """'3 new reviews, 1 update': only numbers, so that it may stand in a preview (rule 12)."""
    noun = "review" if all(item.kind in REVIEWS for item in edition.items) else "publication"
    parts = [words.counted(len(edition.items), f"new {noun}")] if edition.items else []
    if edition.updates:
        parts.append(words.counted(len(edition.updates), "update"))
    if edition.notices:
        parts.append(words.counted(len(edition.notices), "notice"))
    return ", ".join(parts) or "nothing new"


def subject(edition: Edition) -> str:
    return f"reviewwatch digest {edition.number}: {summary(edition)}"


def preheader(edition: Edition) -> str:
    """What mail programs show beside the subject: what was read, and no word of any publication (rule 12)."""
    return " ".join(coverage(edition)[:1]) + FILLER


def sections(edition: Edition, limit: int | None = None) -> list[Section]:
    """The edition's parts in order, with at most `limit` items and updates together."""
    left = len(edition.items) + len(edition.updates) if limit is None else limit
    new, left = edition.new_items[:left], left - len(edition.new_items[:left])
    updates, left = edition.updates[:left], left - len(edition.updates[:left])
    parts = [
        Section("New", items=new),
        Section("Updates and corrections", updates=updates),
        Section("Late", "These came out while we could not read their source.", items=edition.late_items[:left]),
    ]
    return [part for part in parts if part.items or part.updates]


def facts(told: Item | Update) -> str:
    """'Exampleshire, local review, published 3 May 2031': whose, what and when, in one line."""
    parts = [told.publisher, told.area if told.area != told.publisher else "", told.kind.lower()]
    if isinstance(told, Item):
        date = told.published and f"published {told.published}"
        date = f"{told.published} ({told.basis})" if told.published and told.basis else date
        parts += [date or "date not stated", f"late: not readable since {told.late}" if told.late else ""]
        parts += [f"themes: {words.listed(told.themes[:6])}" if told.themes else ""]
    return "; ".join(clean(part) for part in parts if part)


def lesson(told: Lesson, length: int) -> str:
    """'“Ask who else lives in the home.” (page 12)': quoted, with the page it stands on."""
    return f"“{cut(told.text, length)}”" + (f" (page {told.page})" if told.page else "")


def rest_of(item: Item, documents: int) -> list[str]:
    """'and 2 more documents', 'Also listed by Library': what a short form of the item only mentions."""
    more = len(item.documents) - documents
    names = list(dict.fromkeys(clean(other.publisher) for other in item.elsewhere))
    lines = [f"and {words.counted(more, 'more document')}"] if more > 0 else []
    return lines + ([f"Also listed by {words.listed(names[:4])}"] if names else [])


def notices(edition: Edition, limit: int) -> list[str]:
    """The lines on withdrawn and restored reviews, at most `limit` of them."""
    found = edition.notices
    return [*found[:limit], *([f"and {len(found) - limit:,} more in the full digest"] if len(found) > limit else [])]


def coverage(edition: Edition) -> list[str]:
    """What was read, in sentences; `unreadable` has the rest."""
    read = edition.coverage
    if not read.sources:
        return ["No sources are being watched yet."]
    sources = words.counted(read.sources, "source")
    every = f"All {sources}" if read.sources > 1 else "The source"
    lines = [f"{every if read.read == read.sources else f'{read.read:,} of {sources}'} could be read."]
    if read.waiting:
        lines.append(
            f"{words.counted(read.waiting, 'source has', 'sources have')} not been read for the first time yet."
        )
    if read.unreadable:
        lines.append(
            "Those named here could not be read. What is new there is not in this digest; "
            "it will come, marked as late, once they can be read again."
        )
    return lines


def unreadable(edition: Edition, limit: int) -> list[str]:
    """One line a publisher that could not be read, at most `limit` of them."""
    found = edition.coverage.unreadable
    lines = [f"{clean(one.publisher)}: {one.since} ({one.why})" for one in found[:limit]]
    return lines + ([f"and {words.counted(len(found) - limit, 'more publisher')}"] if len(found) > limit else [])


def baselines(edition: Edition) -> list[str]:
    """What a first reading archived without announcement, told once."""
    found = edition.baselines
    if len(found) <= NAMED_BASELINES:
        return [f"{_earlier(one.count)} of {clean(one.publisher)} {_archived(one.count)}" for one in found]
    total = sum(one.count for one in found)
    return [f"{_earlier(total)} of {words.counted(len(found), 'publisher')} {_archived(total)}"]


def reason(edition: Edition) -> str:
    named = words.listed([f"“{clean(topic)}”" for topic in edition.topics])
    how = "as soon as there is something new" if edition.frequency == "immediately" else edition.frequency
    noun = "topic" if len(edition.topics) == 1 else "topics"
    return f"You get this because this address is subscribed to the {noun} {named}, {how}."


def clean(text: str) -> str:
    """Text from outside on one line, without characters that change how the rest is shown."""
    return " ".join(UNWANTED.sub("", text).split())


def cut(text: str, length: int) -> str:
    """At most `length` characters, ended at a word."""
    text = clean(text)
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-–") + "…"


def measures(document: ListedDocument) -> str:
    """' (24 pages, 1.2 MB)'; empty when nothing is known."""
    pages = words.counted(document.pages, "page") if document.pages else ""
    known = ", ".join(part for part in (pages, words.size(document.size)) if part)
    return f" ({known})" if known else ""


def web_address(url: str) -> str:
    """The address, if it is one of the web; text from outside could be a script."""
    url = clean(url).replace(" ", "%20")
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def plain(text: str) -> str:
    """The text so that no service takes a word of it for the name of somebody to call."""
    return clean(text).replace("@", "@\u200b")


def markdown(text: str) -> str:
    """The text so that no service reads marks, links or mentions in it."""
    escaped = MARKDOWN.sub(r"\\\1", clean(text))
    return escaped.replace("<", "‹").replace(">", "›").replace("@", "@\u200b").replace("://", ":\u200b//")


def _earlier(count: int) -> str:
    return words.counted(count, "earlier publication")


def _archived(count: int) -> str:
    return f"{'was' if count == 1 else 'were'} archived without announcement."
