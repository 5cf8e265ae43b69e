"""From blocks to reviews: what belongs together, and the key by which each review is known again next time."""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from spiders.parsing.addresses import is_document, key_of
from spiders.parsing.dates import dates_in, find_date, is_only_date
from spiders.parsing.roles import role_of, without_role
from spiders.parsing.structure import Block
from spiders.parsing.subjects import codes_in, pseudonym_in, subject_of
from spiders.parsing.text import REMEMBERED, link_label, normalised, slug, without_brackets
from store.reading import Basis, DocumentRole, Precision

MAIN_ROLES = (DocumentRole.OVERVIEW_REPORT, DocumentRole.OTHER, DocumentRole.EXECUTIVE_SUMMARY)
PUBLISHED = re.compile(r"[\s,:;–—-]*\(?\b(?:re-?)?published(?: on| in)?\s*$|[\s,:;(–—-]+$", re.IGNORECASE)

ELSEWHERE = re.compile(r"\b(?:(?:other|another|different) (?:areas?|partnerships?|local)|elsewhere|nationally)\b", re.I)

MOST_ALIKE = 30
"""A name that more groups share ("Report", "Minutes") tells little: only the last of them are looked at."""


@dataclass(eq=False)
class Group:
    """One review: its blocks, the names it goes by, and what its title says."""

    names: set[str]
    blocks: list[Block]
    main: Block
    """The block whose heading is the review's: one with a heading, of the report rather than of its briefing."""

    def add(self, block: Block, names: set[str]) -> None:
        self.blocks.append(block)
        self.names |= names
        self.main = min(self.main, block, key=_rank)

    @cached_property
    def subject(self) -> str:
        """Asked for only when all blocks are there."""
        in_headings = (subject_of(block.heading) for block in [self.main, *self.blocks])
        in_texts = [subject_of(block.text) for block in self.blocks]
        told = next(filter(None, in_headings), "")
        # A bare letter in the title ("SCR H") is said in full beside it ("the report on Child H").
        fuller = next((text for text in in_texts if told and text.endswith(f" {told}")), "")
        return fuller or told or pseudonym_in(self.main.heading) or next(filter(None, in_texts), "")

    @property
    def year(self) -> int | None:
        return _year(self.main)


def group(blocks: Iterable[Block]) -> list[Group]:
    """Blocks of one review together, wherever they stand on the page ("reports" above, "briefings" below)."""
    groups: list[Group] = []
    named: dict[str, list[Group]] = {}
    blocks = list(blocks)
    facts = {id(block): _facts(block) for block in blocks}
    # Reports first: a briefing then finds the report that it belongs to, whatever the order on the page.
    for block in sorted(blocks, key=lambda block: (facts[id(block)].late, not block.titled)):
        names = _names(block)
        alike = (one for name in sorted(names) for one in named.get(name, ())[-MOST_ALIKE:])
        found = next((one for one in alike if _fits(facts[id(one.main)], facts[id(block)])), None)
        if found is None:
            found = Group(set(), [], block)
            groups.append(found)
        for name in names - found.names:
            named.setdefault(name, []).append(found)
        found.add(block, names)
    return groups


def _rank(block: Block) -> tuple[bool, bool, int, str]:
    return not block.titled, is_late(block), len(block.heading), block.heading


def keys_of(groups: Sequence[Group], known: Collection[str] = ()) -> list[str]:
    """A key for each group: never from its position, and as before when the group was known before.

    The subject, else the title; the year is added where a heading states it or where two reviews share the subject.
    """
    taken: dict[int, str] = {}
    used: set[str] = set()
    for one in sorted(groups, key=lambda one: (_base(one), one.year or 0, one.main.heading)):
        free = [option for option in _options(one) if option not in used]
        taken[id(one)] = next((option for option in free[1:] if option in known), free[0])
        used.add(taken[id(one)])
    return [taken[id(one)] for one in groups]


@lru_cache(maxsize=REMEMBERED)
def title_of(heading: str) -> str:
    """The heading without its date of publication: "Local review: Robin (RBX23)"."""
    line = link_label(heading).text
    dates = dates_in(line)
    if dates and not line[dates[-1].end :].strip(" .)"):
        shorter = PUBLISHED.sub("", line[: dates[-1].start])
        line = PUBLISHED.sub("", shorter) or line
    return line


def year_in(heading: str) -> int | None:
    """The year that a heading states."""
    found = find_date(heading, Basis.LISTED)
    return found.day.year if found else None


def is_late(block: Block) -> bool:
    """True for a briefing, response or statement: what follows a review and is no review by itself."""
    return role_of(block.heading) not in MAIN_ROLES


def _names(block: Block) -> set[str]:
    subject = subject_of(block.heading) or ("" if block.titled else subject_of(block.text))
    names = {slug(code) for code in codes_in(block.heading)} | ({slug(subject)} if subject else set())
    if names:
        return names
    # "Safer sleep: briefing" goes with "Safer sleep".
    return {slug(pseudonym_in(block.heading)) or slug(_title(block)), slug(normalised(without_role(block.heading)))} - {
        ""
    }


def _title(block: Block) -> str:
    return normalised(title_of(block.heading)) or block.heading


class _Facts(NamedTuple):
    """What a block says of itself, for comparing it with others of its name."""

    title: str
    titled: bool
    late: bool
    nameless_row: bool
    elsewhere: bool
    page: str
    day: date | None
    year: int | None


def _facts(block: Block) -> _Facts:
    return _Facts(
        title=_title(block),
        titled=block.titled,
        late=is_late(block),
        nameless_row=block.row and not subject_of(block.heading) and not pseudonym_in(block.heading),
        elsewhere=_is_from_elsewhere(block),
        page=_page(block),
        day=_day(block),
        year=_year(block),
    )


def _fits(one: _Facts, other: _Facts) -> bool:
    """Whether a block with the same name is of the same review: "Child A, 2029" and "Child A, 2031" are not."""
    if one.elsewhere != other.elsewhere or _differ(one.page, other.page) or _differ(one.day, other.day):
        return False
    if other.late:
        return True
    if _differ(one.year, other.year) or (one.nameless_row and other.nameless_row):
        return False
    return not (one.titled and other.titled) or one.title == other.title


def _differ(one: object, other: object) -> bool:
    """True when both say something, and not the same."""
    return bool(one and other) and one != other


def _page(block: Block) -> str:
    """The page that a block leads to, when that is all it does: two such pages are read each for itself."""
    links = {key_of(anchor.url) for anchor in block.anchors}
    return links.pop() if len(links) == 1 and not is_document(block.anchors[0].url) else ""


def _is_from_elsewhere(block: Block) -> bool:
    """True under a heading such as "Learning from other areas": their Child A is not this publisher's."""
    return bool(ELSEWHERE.search(block.section))


def _year(block: Block) -> int | None:
    """The year in the heading, else that of the year heading above it."""
    return year_in(block.heading) or (block.context.day.year if block.context else None)


def _day(block: Block) -> date | None:
    """The whole date above or in the row of a block that names no review: "Minutes" of two days are two things."""
    if subject_of(block.heading) or pseudonym_in(block.heading):
        return None
    alone = [line.text for line in block.lines if not line.anchors and is_only_date(without_brackets(line.text))]
    told = [*(find_date(text, Basis.LISTED) for text in (block.heading, *alone)), block.context]
    return next((one.day for one in told if one and one.precision is Precision.DAY), None)


def _base(one: Group) -> str:
    subject = subject_of(one.main.heading) or pseudonym_in(one.main.heading) if one.main.titled else one.subject
    name = slug(subject) or slug(_title(one.main)) or "untitled"
    day = _day(one.main)
    name = f"{name}-{day}" if day and not slug(subject) else name
    return f"elsewhere-{name}" if _is_from_elsewhere(one.main) else name


def _options(one: Group) -> list[str]:
    base = _base(one)
    dated = [f"{base}-{one.year}"] if one.year else []
    # A heading's own year is part of it; that of a list's link or of the section above is not.
    plain = [*dated, base] if one.main.titled and year_in(one.main.heading) else [base, *dated]
    return [*plain, f"{base}-{slug(_title(one.main))}"[:120], f"{base}-{_fingerprint(one)}"]


def _fingerprint(one: Group) -> str:
    addresses = sorted(key_of(anchor.url) for block in one.blocks for anchor in block.anchors)
    return hashlib.sha256(repr((one.main.heading, addresses)).encode()).hexdigest()[:8]
