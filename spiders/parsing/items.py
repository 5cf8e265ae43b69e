"""What stands loose under a section's heading: which lines are one item, and which things it speaks of."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bs4 import Tag

from spiders.parsing.belonging import around
from spiders.parsing.kinds import classify
from spiders.parsing.lines import Anchor, Line
from spiders.parsing.subjects import subject_of
from spiders.parsing.telling import has_day, is_generic, tells, told_by
from spiders.parsing.text import link_label


def units_of(lines: Sequence[Line]) -> list[list[Line]]:
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


def split(unit: list[Line]) -> list[list[Line]]:
    """The unit, or its parts when its links speak of different reviews: a link's text or the words before it tell."""
    parts: dict[str, list[Line]] = {}
    name = ""
    for line in unit:
        if not line.anchors:
            parts.setdefault(name, []).append(line)
        for anchor in line.anchors:
            name = told_by(anchor) or name
            text = f"{anchor.before} {anchor.raw}" if len(line.anchors) > 1 else line.text
            parts.setdefault(name, []).append(replace(line, anchors=(anchor,), text=text.strip()))
    names = [name for name in parts if name]
    if len(names) < 2:
        return [unit]
    opening = parts.pop("", [])
    parts[names[0]] = opening + parts[names[0]]
    return list(parts.values())


def name_of(unit: list[Line]) -> str:
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
