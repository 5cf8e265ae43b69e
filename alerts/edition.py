"""An edition: all that one digest says, as an immutable document. Every rendering is made from it alone."""

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ListedDocument(Part):
    """One document of a publication; `role` in words, `size` in bytes, `url` at the publisher's."""

    role: str
    url: str
    size: int | None = None
    pages: int | None = None


class Lesson(Part):
    """A lesson or recommendation, quoted from the document, with the page it stands on."""

    text: str
    page: int | None = None


class Elsewhere(Part):
    """Another source that lists the same publication."""

    publisher: str
    url: str


class Item(Part):
    """One publication that is told for the first time."""

    publication: int
    title: str
    publisher: str
    area: str = ""
    kind: str
    """In words: 'Local review'."""
    published: str = ""
    """As far as it is known: '3 May 2031', 'May 2031', '2031'; empty when it is not."""
    basis: str = ""
    """Where the date comes from, in words; empty when the publisher states it."""
    abstract: str = ""
    themes: tuple[str, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    documents: tuple[ListedDocument, ...] = ()
    url: str = ""
    """The publisher's page."""
    elsewhere: tuple[Elsewhere, ...] = ()
    late: str = ""
    """Since when its source could not be read, in words; empty when it was read as usual."""


class Update(Part):
    """What has changed on a publication that is not new."""

    publication: int
    title: str
    publisher: str
    area: str = ""
    kind: str
    notes: tuple[str, ...]
    """One line a change, each with its day."""
    url: str = ""


class Unreadable(Part):
    """A publisher whose pages could not be read: since when and why, in words."""

    publisher: str
    since: str
    why: str


class BaselineCount(Part):
    publisher: str
    count: int


class Coverage(Part):
    """What was read for this digest, and what could not be."""

    sources: int
    read: int
    unreadable: tuple[Unreadable, ...] = ()
    waiting: int = 0
    """Sources that have not been read for the first time yet."""


class Edition(Part):
    number: int = 0
    """Given when it is kept; a preview carries the next free one."""
    subscription: int
    topics: tuple[str, ...]
    frequency: str
    period_start: datetime
    period_end: datetime
    period: str
    """In words, London days."""
    items: tuple[Item, ...] = ()
    updates: tuple[Update, ...] = ()
    notices: tuple[str, ...] = ()
    """Plain lines on what has been withdrawn or restored; never a title."""
    baselines: tuple[BaselineCount, ...] = ()
    coverage: Coverage
    catch_up: bool = False
    """It takes the place of several digests that could not be made when they were due."""

    @property
    def new_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.late)

    @property
    def late_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.late)

    @property
    def named(self) -> set[int]:
        """The publications that it tells of."""
        return {item.publication for item in self.items} | {update.publication for update in self.updates}

    @property
    def has_content(self) -> bool:
        return bool(self.items or self.updates or self.notices)

    def without(self, hidden: Collection[int]) -> "Edition":
        """The edition without these publications, which it then only counts: they may have been withdrawn (rule 6)."""
        left_out = len(self.named & set(hidden))
        if not left_out:
            return self
        one = left_out == 1
        line = (
            f"{'One publication is' if one else f'{left_out} publications are'} left out here: "
            f"{'it' if one else 'they'} may have been withdrawn since this digest was made."
        )
        return self.model_copy(
            update={
                "items": tuple(item for item in self.items if item.publication not in hidden),
                "updates": tuple(update for update in self.updates if update.publication not in hidden),
                "notices": (*self.notices, line),
            }
        )
