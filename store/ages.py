"""Age bands that a document states of the child it is about, by rules that a reader can check. Pure.

The first sentence of the first pages that states a child's age counts, and no other: later ones tell of other times,
of other children, or of what the law says. Bands only: nobody is told a child's age in days.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

RULES = 1
"""To be raised with every change of the rules, so that what is kept is worked out anew."""
FIRST_PAGES = 5
"""Cover, contents, introduction: where a report says whom it is about."""


class AgeBand(StrEnum):
    UNDER_1 = "under-1"
    FROM_1 = "1-4"
    FROM_5 = "5-10"
    FROM_11 = "11-15"
    FROM_16 = "16-17"


@dataclass(frozen=True)
class StatedAge:
    """`page` counts from 1; `quoted` are the words that state the age, as they are printed there."""

    bands: tuple[AgeBand, ...]
    page: int
    quoted: str


_ENDS = ((1, AgeBand.UNDER_1), (5, AgeBand.FROM_1), (11, AgeBand.FROM_5), (16, AgeBand.FROM_11), (18, AgeBand.FROM_16))
"""Years at which each band ends."""
_IN_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen",
)  # fmt: skip
_A_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(sorted(_IN_WORDS, key=len, reverse=True))})"
_UNIT = r"(?:day|week|month|year)"
_NO_RANGE = r"(?![-‑–+\w/]|\.\d|\s*[–-]\s*\d|\s(?:to|or|and (?:a half|over|under|above|below|older|younger))\b)"
_CHILD = (
    r"(?:child|children|boys?|girls?|bab(?:y|ies)|infants?|toddlers?|sons?|daughters?|twins?|young (?:person|people|man"
    r"|woman)|teenagers?|pupils?|students?)"
)
_OTHER = (
    r"(?:mothers?|fathers?|mum|dad|parents?|carers?|step\w+|grand\w+|partners?|boyfriend|girlfriend|adults?|sibling|"
    r"(?:his|her|their|older|younger|half) siblings|half-\w+|brothers?|sisters?|cousins?|friends?|uncle|aunt|"
    r"perpetrators?|suspects?)"
)
_GOES_ON = r"(?=[.,;:)]|\Z| (?:who|when|at|with|in)\b| and (?:\w+ed|had|was|were|left|spent|went|kept)\b)"
_AGES = (
    re.compile(
        rf"\baged (?P<first>{_NUMBER})(?:[- ](?P<unit>{_UNIT})s?)?"
        rf"(?:(?:, | and )(?P<second>{_NUMBER})(?:[- ](?P<last>{_UNIT})s?)?)?\b{_NO_RANGE}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<first>{_NUMBER})[-‑ ](?P<unit>{_UNIT})s?[-‑ ]old\b"
        rf"(?:{_GOES_ON}|(?=(?P<whose> (?:\w+ )?{_CHILD})\b)|(?= (?:was|had|died|lived)\b))",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:boy|girl|young person) of (?P<first>{_NUMBER})\b{_GOES_ON}", re.IGNORECASE),
    re.compile(
        r"\b(?:The (?:child|boy|girl|young person)|(?:Child )?"
        rf"(?!(?:It|This|That|There|What|He|She|Each|One|Part|Number|Section|Panel)\b)[A-Z][\w’'-]*)"
        rf" was (?P<first>{_NUMBER})\b{_GOES_ON}"
    ),
)
"""aged 7 weeks, aged four and seven; a 15-year-old, ten weeks old; a boy of sixteen; Wren was seventeen."""
_PERSON = re.compile(rf"\b(?:(?P<other>{_OTHER})|{_CHILD}|siblings)\b", re.IGNORECASE)
_GENERAL = re.compile(
    rf"\b(?:should|must|needs? to|until|(?:any|every|each|all|most|many|other) (?:\w+ )?{_CHILD})\b", re.IGNORECASE
)
"""A sentence about what is to be done, or about children at large: not about the child of this review."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'“‘A-Z•])|\n\s*\n")


def find_age(pages: Sequence[str]) -> StatedAge | None:
    """What is stated first of the child's or the children's age; None where nothing is."""
    for number, page in enumerate(pages[:FIRST_PAGES], start=1):
        for sentence in _sentences(page):
            if _GENERAL.search(sentence):
                continue
            found = [match for pattern in _AGES for match in pattern.finditer(sentence) if _of_child(match)]
            bands = sorted({band for match in found for band in _bands(match)}, key=list(AgeBand).index)
            if bands:
                return StatedAge(tuple(bands), number, min(found, key=re.Match.start)[0])
    return None


def _sentences(page: str) -> Iterator[str]:
    for part in _SENTENCE.split(page):
        yield " ".join(part.split())


def _of_child(match: re.Match[str]) -> bool:
    """Whose age it is: the child's named right after it, else of the person named last before it; mostly the child."""
    if match.groupdict().get("whose"):
        return True
    before = [*_PERSON.finditer(match.string[: match.start("first")])]
    return not before or before[-1]["other"] is None


def _bands(match: re.Match[str]) -> Iterator[AgeBand]:
    parts = match.groupdict()
    unit, last = parts.get("unit"), parts.get("last")
    yield from band(parts["first"], unit or last)
    if parts.get("second") and not (unit and last and unit.lower() != last.lower()):  # "2 years and 5 months" is one
        yield from band(parts["second"], last or unit)


def band(number: str, unit: str | None) -> Iterator[AgeBand]:
    """The band of an age in digits or words; none for an adult's. Without a unit it is in years."""
    count = int(number) if number.isdigit() else _IN_WORDS.index(number.lower()) + 1
    years = Fraction(count, _A_YEAR[(unit or "year").lower()])
    yield from [band for end, band in _ENDS if years < end][:1]
