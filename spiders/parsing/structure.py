"""From lines to blocks: which heading, panel, card, row, paragraph or list item tells of one review, and what is in it.

Nothing here knows a site. A heading that names a review, or that is all the title its links have, opens a block;
other headings are sections; what stands loose under a section makes a block for each item (dossier: shapes 1 to 11).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spiders.parsing.belonging import HeadedLines, groups_of
from spiders.parsing.dates import find_date, is_only_date
from spiders.parsing.items import name_of, split, units_of
from spiders.parsing.kinds import classify
from spiders.parsing.lines import PANEL, PSEUDO, ROW, Anchor, Line
from spiders.parsing.roles import says_only_a_role
from spiders.parsing.subjects import pseudonym_in, subject_of
from spiders.parsing.telling import (
    alike,
    has_day,
    is_bare,
    is_generic,
    leads_to_document,
    tells,
    told_by,
    without_badge,
)
from spiders.parsing.text import link_label, plain, without_brackets
from store.reading import Basis, StatedDate

PLURALS = re.compile(r"\b(?:annual|thematic|inspection) (?:reports|reviews)\b")
"""Each link under such a heading that says itself what it is, is one."""

A_LIST = 4
"""Documents of so many names under a heading that names nobody are a list, not what belongs to one review."""


@dataclass
class Block:
    """What the page says in one place about one thing."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    section: str = ""
    context: StatedDate | None = None
    """The date of the year or month heading above it."""
    titled: bool = False
    """True when a heading opened it, False for a loose item or paragraph."""
    row: bool = False
    """True when it is a row of a table."""
    link: Anchor | None = None
    """The link that the heading itself is."""

    @property
    def anchors(self) -> list[Anchor]:
        return [anchor for line in self.lines for anchor in line.anchors]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def blocks_of(lines: Sequence[Line], own: Sequence[str] = ()) -> list[Block]:
    """All blocks of the lines, in their order. `own`: the publisher's names, which make no heading a review's."""
    return _Builder(own).build(groups_of(lines))


class _Builder:
    def __init__(self, own: Sequence[str]) -> None:
        self.own = own
        self.blocks: list[Block] = []
        self.open: Block | None = None
        self.open_level = 0
        self.section = ""
        self.section_level = 0
        self.context: StatedDate | None = None
        self.context_level = 0

    def build(self, groups: Sequence[HeadedLines]) -> list[Block]:
        for group in groups:
            if group.heading is None or self._is_section(group, group.heading):
                self.open = None if group.heading is None else self.open
                self._loose(group)
            elif self.open and self._is_part(group.heading):
                self.open.lines += [replace(group.heading, level=0), *group.lines]
            else:
                self._open(group, group.heading)
        return self.blocks

    def _is_part(self, heading: Line) -> bool:
        """A smaller heading inside an open block ("Background", "Documents") belongs to it, unless it names another.

        So does a row of a table, when the block is of somebody or the row says only what its document is.
        """
        if self.open is None or heading.level <= self.open_level or subject_of(heading.text):
            return False
        title = self.open.heading
        return heading.level != ROW or bool(pseudonym_in(title) or subject_of(title)) or says_only_a_role(heading.text)

    def _is_section(self, group: HeadedLines, heading: Line) -> bool:
        if self._is_part(heading):
            return False
        if any(leads_to_document(anchor) and is_bare(anchor) for anchor in heading.anchors):
            return False  # a date or a number that is a document's whole title
        if heading.level == ROW:
            return not any(line.anchors for line in group.lines) and not heading.anchors
        if is_generic(heading.text, self.own) or heading.text.endswith("?"):
            return True
        if subject_of(heading.text):
            return not group.lines or self._names_several(group)
        linked = [anchor for line in group.lines for anchor in line.anchors]
        if PLURALS.search(plain(heading.text)) and any(classify(anchor.label.text).kind for anchor in linked):
            return True
        return not self._entitles(group, heading, [*heading.anchors, *linked])

    def _entitles(self, group: HeadedLines, heading: Line, anchors: list[Anchor]) -> bool:
        """Whether a heading without a sure subject is the title of what stands under it."""
        if heading.level == PSEUDO and heading.text.endswith(":"):
            return False
        if not anchors:  # learning told, the report withheld or to come
            return bool(group.lines and pseudonym_in(heading.text) and classify(heading.text).family)
        if self._names_several(group):
            return False
        documents = [anchor for anchor in anchors if leads_to_document(anchor)]
        name = pseudonym_in(heading.text)
        if not name and not heading.anchors and heading.level != ROW and _things(documents) >= A_LIST:
            return False
        if group.held or heading.anchors or heading.level == PANEL:
            return True
        alike = [a for a in documents if not tells(a) or (name and name.casefold() in a.label.text.casefold())]
        return bool(documents and len(alike) == len(documents)) or bool(name and alike)

    def _names_several(self, group: HeadedLines) -> bool:
        """True when the links under a heading name two or more reviews: it is a section then."""
        told = {told_by(anchor) for line in group.lines for anchor in line.anchors} - {""}
        heading = plain(subject_of(group.heading.text)) if group.heading else ""
        return len(told) > 1 and heading not in told

    def _open(self, group: HeadedLines, heading: Line) -> None:
        link = next(iter(heading.anchors), None)
        text = without_badge(link_label(heading.text).text or heading.text)
        lines = [replace(heading, level=0), *group.lines] if heading.anchors else list(group.lines)
        self.open = Block(text, lines, self.section, self.context, titled=True, row=heading.level == ROW, link=link)
        self.open_level = heading.level
        self.blocks.append(self.open)

    def _loose(self, group: HeadedLines) -> None:
        if group.heading:
            self.open = None
            self._enter(group.heading)
        for unit in units_of([*_linking(group.heading), *group.lines]):
            self._unit(unit)

    def _enter(self, heading: Line) -> None:
        """A section begins; a year above it stays in force for the smaller headings under it."""
        date = find_date(heading.text, Basis.LISTED)
        if date or heading.level <= self.context_level:
            self.context, self.context_level = date, heading.level
        self.section, self.section_level = heading.text, heading.level

    def _unit(self, unit: list[Line]) -> None:
        text = " ".join(line.text for line in unit)
        if not any(line.anchors for line in unit):
            self._text_only(unit, text)
            return
        anchors = [anchor for line in unit for anchor in line.anchors]
        if self.open and not subject_of(text) and not self._stands_alone(anchors):
            self.open.lines += unit
            return
        for part in split(unit):
            self._open_loose(Block(name_of(part), part, self.section, self.context))

    def _stands_alone(self, anchors: list[Anchor]) -> bool:
        """Whether links name something by themselves; a date or a number does where no heading says more."""
        if any(tells(anchor) for anchor in anchors):
            return True
        titled = self.open is not None and self.open.titled
        return not titled and any(is_bare(anchor) or has_day(anchor.before) for anchor in anchors)

    def _text_only(self, unit: list[Line], text: str) -> None:
        """Words without a link: a date over what follows, a size under a link, or a lead whose link comes next."""
        if is_only_date(without_brackets(text)) and len(unit) == 1:
            self.context, self.open = find_date(text, Basis.LISTED), None
            self.context_level = self.section_level
        elif self.open and not link_label(text).text.replace("Size", "").strip(": "):
            self.open.lines += unit
        elif subject_of(text) and not is_generic(text):
            self._open_loose(Block(text, unit, self.section, self.context))
        else:
            self.open = None

    def _open_loose(self, block: Block) -> None:
        """A block that any heading closes, however small."""
        self.open, self.open_level = block, ROW
        self.blocks.append(block)


def _linking(heading: Line | None) -> list[Line]:
    """A section's heading as a line of its own, when it is the link to a document."""
    if heading is None or not any(leads_to_document(anchor) for anchor in heading.anchors):
        return []
    return [replace(heading, level=0)]


def _things(documents: Sequence[Anchor]) -> int:
    """How many different things the links name, as far as it matters."""
    found: list[Anchor] = []
    for one in documents:
        if len(found) < A_LIST and tells(one) and not any(alike(one, other) for other in found):
            found.append(one)
    return len(found)
