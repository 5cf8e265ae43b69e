"""Headings of the national collection: `[Month ]YYYY SEP area SEP subject`, as loosely as they are printed."""

import re
from collections.abc import Collection
from typing import NamedTuple

from spiders.parsing.dates import MONTH, MONTHS
from spiders.parsing.text import DASHES, clean, plain

HEAD = re.compile(rf"^(?:{MONTH}\s+)?(?P<year>(?:19|20)\d\d)(?!\d)\s*(?P<rest>.*)$", re.IGNORECASE)
SEPARATOR = re.compile(r"\s+-\s*|\s*-\s+|\s*:\s+")
TIGHT = re.compile(r"-")
ANONYMOUS = re.compile(
    r"^(?:anonymous|anonymised|(?:nspcc )?on behalf of (?:an )?(?:unnamed|anonymous) \w+|nspcc on behalf of \w+"
    r"|(?:an )?un-?named \w+|un-?named|(?:area )?not named|unknown)$",
    re.IGNORECASE,
)
SUBJECT_START = re.compile(
    r"^(?:child(?:ren)?|bab(?:y|ies)|young person|family|siblings?|infant|adult|twins?|[A-Z]{1,4}\d{0,4}$)\b",
    re.IGNORECASE,
)


class ParsedHeading(NamedTuple):
    """A heading in its parts. `month` is 0 when none is stated; `area` is empty when the publisher hides it."""

    year: int
    month: int
    area: str
    anonymous: bool
    subject: str
    understood: bool


NOT_UNDERSTOOD = ParsedHeading(0, 0, "", False, "", False)


def parse_heading(heading: str, areas: Collection[str] = ()) -> ParsedHeading:
    """The parts of a heading; `understood` False and empty parts when it does not follow the grammar.

    `areas` are known places or bodies, casefolded: they settle where an area with a hyphen or without a separator ends.
    """
    line = clean(heading).translate({ord(dash): "-" for dash in DASHES})
    head = HEAD.match(line)
    if not head:
        return NOT_UNDERSTOOD
    area, subject = _split(re.sub(r"^[\s:-]+", "", head["rest"]), areas)
    if not area or not subject:
        return NOT_UNDERSTOOD._replace(year=int(head["year"]), month=_month(head["month"]))
    anonymous = bool(ANONYMOUS.match(area))
    return ParsedHeading(int(head["year"]), _month(head["month"]), "" if anonymous else area, anonymous, subject, True)


def _month(name: str | None) -> int:
    return MONTHS.index(name[:3].lower()) + 1 if name else 0


def _split(rest: str, areas: Collection[str]) -> tuple[str, str]:
    """Area and subject: cut where the area is known, else at the first separator with a blank beside it."""
    cuts = [match.span() for match in SEPARATOR.finditer(rest)] or [match.span() for match in TIGHT.finditer(rest)]
    for start, end in reversed(cuts):
        if plain(rest[:start]) in areas or ANONYMOUS.match(rest[:start].strip()):
            return rest[:start].strip(), rest[end:].strip()
    if cuts:
        start, end = cuts[0]
        return rest[:start].strip(), rest[end:].strip()
    return _without_separator(rest, areas)


def _without_separator(rest: str, areas: Collection[str]) -> tuple[str, str]:
    """Area and subject of a heading whose separator was lost: only where a known area or a child's label tells."""
    words = rest.split()
    pairs = [(" ".join(words[:count]), " ".join(words[count:])) for count in range(1, len(words))]
    known = [pair for pair in pairs if plain(pair[0]) in areas or ANONYMOUS.match(pair[0])]
    labelled = [pair for pair in pairs if SUBJECT_START.match(pair[1])]
    return known[-1] if known else labelled[0] if labelled else ("", "")
