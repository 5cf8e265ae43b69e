"""Which lines belong to which heading: those in its own container (a card, a panel, a row), else those after it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spiders.parsing.lines import ROW, Line
from spiders.parsing.walk import Element


@dataclass
class HeadedLines:
    """A heading (None at the start) with the lines that belong to it. `held`: they stand in a container of its own."""

    heading: Line | None
    lines: list[Line] = field(default_factory=list)
    held: bool = False
    number: int = 0
    """Its place among the headings of the page, from 1."""
    takes_earlier: bool = True
    """Whether lines of its container that stand above the heading are its own."""


def groups_of(lines: Sequence[Line]) -> list[HeadedLines]:
    """All lines under their headings, in the page's order; the first, and what follows a table, have no heading."""
    groups = [HeadedLines(None)]
    owners: dict[Element, HeadedLines] = {}
    counts = Counter(node for line in lines if line.level for node in around(line.node))
    for line in lines:
        if line.level:
            groups.append(HeadedLines(line, number=len(groups)))
            owners[_container(line, counts)] = groups[-1]
    placed = list(_placed(lines, owners))
    after: dict[int, HeadedLines] = {}
    for line, owner, number in placed:
        # A card may show its date above its title; what has links of its own above a heading is not the heading's.
        if owner and owner.number > number and line.anchors:
            owner.takes_earlier = False
    for line, owner, number in placed:
        mine = owner is not None and (owner.number <= number or owner.takes_earlier)
        holder = owner if owner is not None and mine else _at(number, groups, after)
        holder.lines.append(line)
        holder.held = holder.held or (mine and bool(line.anchors))
    return [one for group in groups for one in (group, after.get(group.number)) if one]


def _at(number: int, groups: list[HeadedLines], after: dict[int, HeadedLines]) -> HeadedLines:
    """The group of the heading before a line; what follows a table is not of the table's last row."""
    heading = groups[number].heading
    if heading is None or heading.level != ROW:
        return groups[number]
    return after.setdefault(number, HeadedLines(None, number=number))


def _placed(
    lines: Sequence[Line], owners: dict[Element, HeadedLines]
) -> Iterator[tuple[Line, HeadedLines | None, int]]:
    """Each line that is no heading, the group whose container it stands in, and how many headings came before it."""
    number = 0
    for line in lines:
        if line.level:
            number += 1
        else:
            yield line, next((owners[node] for node in around(line.node) if node in owners), None), number


def around(node: Element) -> Iterator[Element]:
    """The element and those that it stands in, innermost first, without the page's own frame."""
    yield node
    for parent in node.iterancestors():
        if parent.tag in ("body", "html", "main"):
            return
        yield parent


def _container(line: Line, counts: Counter[Element]) -> Element:
    """The largest element that holds this heading and no other: a card, a panel, a row; else the heading itself."""
    found = line.node
    for node in around(line.node):
        if counts[node] > 1 or line.level == ROW:
            break
        found = node
    return found
