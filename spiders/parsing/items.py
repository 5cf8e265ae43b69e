"""What stands loose under a section's heading: which lines are one item, and which things it speaks of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from spiders.parsing.addresses import file_name
from spiders.parsing.belonging import around
from spiders.parsing.dates import is_only_date
from spiders.parsing.kinds import classify
from spiders.parsing.lines import HEADINGS, Anchor, Line
from spiders.parsing.subjects import subject_of
from spiders.parsing.telling import (
    WORD,
    alike,
    has_day,
    is_bare,
    is_code,
    is_generic,
    leads_to_document,
    tells,
    told_by,
)
from spiders.parsing.text import link_label
from spiders.parsing.walk import Element, holds, links

ITEMS = ("tr", "dd", "article")


def units_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand together: in one list item (the outermost that speaks of one thing) or one paragraph."""
    leads: dict[Element, Line] = {}
    items: dict[Element, bool] = {}
    for line in lines:
        for node in around(line.node):
            leads.setdefault(node, line)
            if node not in items:
                items[node] = node.tag == "li" or (node.tag in ITEMS and not _arranges(node))
    units: list[list[Line]] = []
    last: Element | None = None
    for line in lines:
        item = _item(line, leads, items)
        if units and item is last:
            units[-1].append(line)
        else:
            units.append([line])
        last = item
    return units


def _item(line: Line, leads: Mapping[Element, Line], items: Mapping[Element, bool]) -> Element:
    held = [node for node in around(line.node) if items[node]]
    for item in reversed(held):
        lead = leads[item]
        if lead.anchors or subject_of(lead.text) or not is_generic(lead.text):
            return item
    boxes = [node for node in around(line.node) if node.tag in ("div", "section") and _has_one_link(node)]
    return boxes[-1] if boxes else line.node


def _arranges(node: Element) -> bool:
    """True for a row or an article that is no item but holds items: the frame of a page, a table of the layout."""
    return holds(node, (*ITEMS, *HEADINGS, "li"))


def _has_one_link(node: Element) -> bool:
    """A box around one link and what is said of it: its size, its date."""
    return len(list(islice(links(node), 2))) == 1


def split(unit: list[Line]) -> list[list[Line]]:
    """The unit, or its parts when its links speak of different reviews or, line by line, of different things."""
    parts = _by_review(unit)
    names = [name for name in parts if name]
    if not names:
        return _by_line(unit)
    if len(names) < 2:
        return [unit]
    opening = parts.pop("", [])
    parts[names[0]] = opening + parts[names[0]]
    return list(parts.values())


def _by_review(unit: list[Line]) -> dict[str, list[Line]]:
    """The lines by the review that a link's text or the words before it name; "" for what comes before any name."""
    parts: dict[str, list[Line]] = {}
    name = ""
    for line in unit:
        if not line.anchors:
            parts.setdefault(name, []).append(line)
        for anchor in line.anchors:
            name = told_by(anchor) or name
            text = f"{anchor.before} {anchor.raw}" if len(line.anchors) > 1 else line.text
            parts.setdefault(name, []).append(replace(line, anchors=(anchor,), text=text.strip()))
    return parts


def _by_line(unit: list[Line]) -> list[list[Line]]:
    """A list made of lines: each that begins with a document of another name or day begins a part."""
    parts: list[list[Line]] = []
    first: Anchor | None = None
    for line in unit:
        start = _start_of(line)
        if not parts or (start and first and not alike(start, first)):
            parts.append([])
        first = start if start and (first is None or parts[-1] == []) else first
        parts[-1].append(line)
    return parts if _start_of(unit[0]) or is_generic(unit[0].text) else [unit]


def _start_of(line: Line) -> Anchor | None:
    """The link that a line of a list begins with, after a date at most, when it leads to a document and names it."""
    link = next(iter(line.anchors), None)
    if link is None or not leads_to_document(link) or (link.before and not is_only_date(link.before)):
        return None
    return link if tells(link) or link.before or is_bare(link) else None


def name_of(unit: list[Line]) -> str:
    """The title of a loose block: the link that names the review, else the words that do."""
    anchors = [anchor for line in unit for anchor in line.anchors if tells(anchor)]
    named = [anchor for anchor in anchors if subject_of(anchor.label.text) or classify(anchor.label.text).family]
    first = next((line for line in unit if line.anchors), unit[0])
    if not named and first.anchors and is_code(first.anchors[0]) and re.search(WORD, first.text):
        return _beside(first)  # "24-17 Bell against Ash": the link is the number alone
    if not named and first.anchors and has_day(first.anchors[0].before) and not subject_of(first.text):
        return link_label(first.text).text  # "7 March 2031: Agenda, Minutes": one of many such rows
    if named or (anchors and not subject_of(unit[0].text)):
        return min(
            named or anchors, key=lambda anchor: (_is_late(anchor), len(anchor.label.text), anchor.label.text)
        ).label.text
    first = next((line for line in unit if line.text), unit[0])
    lead = first.anchors[0].before if first.anchors else first.text
    return link_label(lead).text or link_label(first.text).text


def _beside(line: Line) -> str:
    """A line whose link is a mere code: all of it, without the code where that is only the name of the file."""
    link = line.anchors[0]
    text = line.text.replace(link.raw, " ") if link.label.text == file_name(link.url) else line.text
    return link_label(text).text


def _is_late(anchor: Anchor) -> bool:
    """Briefings and statements name the review too, but the report's link does it better."""
    return bool(re.search(r"(?i)brief|\b7mb\b|minute|statement|response|summary|slides|action plan", anchor.label.text))
