"""From lines to blocks: which heading, panel, card, row, paragraph or list item tells of one review, and what is in it.

Nothing here knows a site. A heading that names a review, or that is all the title its links have, opens a block;
other headings are sections; what stands loose under a section makes a block for each item (dossier: shapes 1 to 11).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bs4 import Tag

from spiders.parsing.addresses import is_document
from spiders.parsing.belonging import HeadedLines, around, groups_of
from spiders.parsing.dates import dates_in, find_date, is_only_date
from spiders.parsing.kinds import classify
from spiders.parsing.lines import PANEL, PSEUDO, ROW, Anchor, Line
from spiders.parsing.roles import says_only_a_role
from spiders.parsing.subjects import KIND_WORDS, pseudonym_in, subject_of
from spiders.parsing.text import link_label, plain
from store.reading import Basis, Precision, StatedDate

SECTION_WORDS = re.compile(
    r"\b(?:list|library|archives?|archived|historic|historical|older|old|previous|past|recent|recently|latest|current|new"
    r"|newest|other|others|more|further|related|useful|additional|information|info|details|resources?|links?|downloads?"
    r"|documents?|files?|publications?|key|issues|themes?|messages?|findings?|recommendations?|background|introduction"
    r"|overview|about|what|how|why|who|when|where|are|do|does|did|was|were|has|have|it|its|they|from|and|or|to|at|by|with"
    r"|that|these|those|them|us|you|your|all|any|each|area|areas|city|county|borough|lessons|cases|studies|reviewing"
    r"|adults?|safeguarding|partnerships?|boards?|committees?|panel|professionals?|practitioners?|tools?|toolkit"
    r"|webinars?|podcasts?|videos?|newsletters?|news|events?|training|contact|contents?|page|pages|section|category"
    r"|categories|size|type|date|title|name|number|references?|notes?|acknowledge?ments?|statutory|anonymous|not|no|yet"
    r"|show|hide|top|back|next|click|you are here|welcome|home|search|filter|sort|accessib\w+|scope|methodology|family"
    r"|process|purpose|quality|assurance|audits?|work|working|together|support|improvement|improvements|impact|website"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|two|three|today"
    r"|websites|timeline|summar(?:y|ies)|conclusion|analysis|appendices|families|multi|agency|guidance|reading|watch)\b",
    re.IGNORECASE,
)
PLURALS = re.compile(r"\b(?:annual|thematic|inspection) (?:reports|reviews)\b")
"""Each link under such a heading that says itself what it is, is one."""
BADGE = re.compile(r"\s+(?:Published|New|Updated|Coming soon)$")


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


def without_badge(heading: str) -> str:
    """The heading without a status badge that stands beside it."""
    return BADGE.sub("", heading)


def is_generic(heading: str, own: Sequence[str] = ()) -> bool:
    """True for the heading of a section ("Published reviews", "Downloads", "2031"): it names nothing by itself."""
    if subject_of(heading) and not is_only_date(heading):
        return False
    rest = plain(heading)
    for name in own:
        rest = rest.replace(plain(name), " ")
    for found in reversed(dates_in(rest)):
        rest = rest[: found.start] + " " + rest[found.end :]
    rest = SECTION_WORDS.sub(" ", KIND_WORDS.sub(" ", rest))
    return rest.endswith("?") or not re.search(r"[^\W\d_]{2,}", rest)


def tells(anchor: Anchor) -> bool:
    """True when the link's own text says which review it belongs to, not only what it is."""
    return not says_only_a_role(anchor.label.text) and not is_only_date(anchor.label.text)


def _is_bare(anchor: Anchor) -> bool:
    """True for a link whose whole text is a date or a number: it names its document where nothing else does."""
    label = anchor.label.text
    return bool(label) and (is_only_date(label) or not re.search(r"[^\W\d_]", label))


def has_day(text: str) -> bool:
    """True when a text states a whole date."""
    return any(found.precision is Precision.DAY for found in dates_in(text))


def leads_to_document(anchor: Anchor) -> bool:
    """True for a link to a file: by its address, or because its text states a file's type or size."""
    return is_document(anchor.url) or bool(anchor.label.media_type or anchor.label.size)


class _Builder:
    def __init__(self, own: Sequence[str]) -> None:
        self.own = own
        self.blocks: list[Block] = []
        self.open: Block | None = None
        self.open_level = 0
        self.section = ""
        self.context: StatedDate | None = None
        self.context_level = 0

    def build(self, groups: Sequence[HeadedLines]) -> list[Block]:
        for group in groups:
            if group.heading is None or self._is_section(group, group.heading):
                self._loose(group)
            elif self.open and self._is_part(group.heading):
                self.open.lines += [replace(group.heading, level=0), *group.lines]
            else:
                self._open(group, group.heading)
        return self.blocks

    def _is_part(self, heading: Line) -> bool:
        """A smaller heading inside an open block ("Background", "Documents") belongs to it, unless it names another."""
        return heading.level > self.open_level and not subject_of(heading.text)

    def _is_section(self, group: HeadedLines, heading: Line) -> bool:
        if self.open and self._is_part(heading):
            return False
        if any(leads_to_document(anchor) and _is_bare(anchor) for anchor in heading.anchors):
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
        if group.held or heading.anchors or heading.level == PANEL:
            return True
        documents = [anchor for anchor in anchors if leads_to_document(anchor)]
        name = pseudonym_in(heading.text)
        alike = [a for a in documents if not tells(a) or (name and name.casefold() in a.label.text.casefold())]
        return bool(documents and len(alike) == len(documents)) or bool(name and alike)

    def _names_several(self, group: HeadedLines) -> bool:
        """True when the links under a heading name two or more reviews: it is a section then."""
        told = {_told_by(anchor) for line in group.lines for anchor in line.anchors} - {""}
        heading = plain(subject_of(group.heading.text)) if group.heading else ""
        return len(told) > 1 and heading not in told

    def _open(self, group: HeadedLines, heading: Line) -> None:
        link = next(iter(heading.anchors), None)
        text = without_badge(link_label(heading.text).text or heading.text)
        lines = [replace(heading, level=0), *group.lines] if heading.anchors else list(group.lines)
        self.open = Block(text, lines, self.section, self.context, titled=True, link=link)
        self.open_level = heading.level
        self.blocks.append(self.open)

    def _loose(self, group: HeadedLines) -> None:
        if group.heading:
            self.open = None
            self._enter(group.heading)
        for unit in _units(group.lines):
            self._unit(unit)

    def _enter(self, heading: Line) -> None:
        """A section begins; a year above it stays in force for the smaller headings under it."""
        date = find_date(heading.text, Basis.LISTED)
        if date or heading.level <= self.context_level:
            self.context, self.context_level = date, heading.level
        self.section = heading.text

    def _unit(self, unit: list[Line]) -> None:
        text = " ".join(line.text for line in unit)
        if not any(line.anchors for line in unit):
            self._text_only(unit, text)
            return
        anchors = [anchor for line in unit for anchor in line.anchors]
        if self.open and not subject_of(text) and not self._stands_alone(anchors):
            self.open.lines += unit
            return
        for part in _split(unit):
            self._open_loose(Block(_name(part), part, self.section, self.context))

    def _stands_alone(self, anchors: list[Anchor]) -> bool:
        """Whether links name something by themselves; a date or a number does where no heading says more."""
        if any(tells(anchor) for anchor in anchors):
            return True
        titled = self.open is not None and self.open.titled
        return not titled and any(_is_bare(anchor) or has_day(anchor.before) for anchor in anchors)

    def _text_only(self, unit: list[Line], text: str) -> None:
        """Words without a link: a year over what follows, a size under a link, or a lead whose link comes next."""
        if is_only_date(text) and len(unit) == 1:
            self.context, self.open = find_date(text, Basis.LISTED), None
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


def _units(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand together: in one list item (the outermost that speaks of one thing) or one paragraph."""
    leads: dict[int, Line] = {}
    for line in lines:
        for node in around(line.node):
            leads.setdefault(id(node), line)
    units: list[list[Line]] = []
    last: Tag | None = None
    for line in lines:
        item = _item(line, leads)
        if units and item is last:
            units[-1].append(line)
        else:
            units.append([line])
        last = item
    return units


def _item(line: Line, leads: dict[int, Line]) -> Tag:
    items = [node for node in around(line.node) if node.name in ("li", "tr", "dd", "article")]
    for item in reversed(items):
        lead = leads[id(item)]
        if lead.anchors or subject_of(lead.text):
            return item
        if not is_generic(lead.text):
            return item
    boxes = [node for node in around(line.node) if node.name in ("div", "section") and _has_one_link(node)]
    return boxes[-1] if boxes else line.node


def _has_one_link(node: Tag) -> bool:
    """A box around one link and what is said of it: its size, its date."""
    return len(node.find_all("a", href=True, limit=2)) == 1


def _split(unit: list[Line]) -> list[list[Line]]:
    """The unit, or its parts when its links speak of different reviews: a link's text or the words before it tell."""
    parts: dict[str, list[Line]] = {}
    name = ""
    for line in unit:
        if not line.anchors:
            parts.setdefault(name, []).append(line)
        for anchor in line.anchors:
            name = _told_by(anchor) or name
            text = f"{anchor.before} {anchor.raw}" if len(line.anchors) > 1 else line.text
            parts.setdefault(name, []).append(replace(line, anchors=(anchor,), text=text.strip()))
    names = [name for name in parts if name]
    if len(names) < 2:
        return [unit]
    opening = parts.pop("", [])
    parts[names[0]] = opening + parts[names[0]]
    return list(parts.values())


def _told_by(anchor: Anchor) -> str:
    own = subject_of(anchor.label.text) or (pseudonym_in(anchor.label.text) if tells(anchor) else "")
    return plain(own or subject_of(anchor.before))


def _name(unit: list[Line]) -> str:
    """The title of a loose block: the link that names the review, else the words that do."""
    anchors = [anchor for line in unit for anchor in line.anchors if tells(anchor)]
    named = [anchor for anchor in anchors if subject_of(anchor.label.text) or classify(anchor.label.text).family]
    first = next((line for line in unit if line.anchors), unit[0])
    if not named and first.anchors and has_day(first.anchors[0].before) and not subject_of(first.text):
        return link_label(first.text).text  # "7 March 2031: Agenda, Minutes": one of many such rows
    if named or (anchors and not subject_of(unit[0].text)):
        return min(
            named or anchors, key=lambda anchor: (_is_late(anchor), len(anchor.label.text), anchor.label.text)
        ).label.text
    first = next((line for line in unit if line.text), unit[0])
    lead = first.anchors[0].before if first.anchors else first.text
    return link_label(lead).text or link_label(first.text).text


def _is_late(anchor: Anchor) -> bool:
    """Briefings and statements name the review too, but the report's link does it better."""
    return bool(re.search(r"(?i)brief|\b7mb\b|minute|statement|response|summary|slides|action plan", anchor.label.text))
