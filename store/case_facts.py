"""What sources state of a case: age, sex, when it happened, reference numbers. Pure.

Only what is said of a child is read ("a 4-month-old boy", "girl aged 14"): parents have ages too. Facts are compared,
never shown: the reasons name the fact that agrees or differs, not what it is.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

Days = tuple[int, int]
Month = tuple[int, int]
"""Year and month; month 0: not said."""
_NUMBERS = {
    name: number
    for number, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
         "fourteen", "fifteen", "sixteen", "seventeen"), start=1
    )
}  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"), start=1)}  # fmt: skip
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
_NUMBER = rf"(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})"
_UNIT = "(?P<unit>day|week|month|year)"
_CHILD = "(?P<child>boys?|girls?|child|baby|infant|toddler|son|daughter|young person|teenager|adolescent|male|female)"
_AGED = (
    re.compile(rf"\b{_NUMBER}[-‑ ]{_UNIT}s?[-‑ ]old,? (?:\w+[ -]){{0,2}}?{_CHILD}\b", re.IGNORECASE),
    re.compile(rf"\b{_CHILD},? aged {_NUMBER}(?:[- ]{_UNIT}s?)?\b", re.IGNORECASE),
)
_BABY = re.compile(r"\b(?:baby|infant|teenage|young) (?P<child>boy|girl)\b", re.IGNORECASE)
_HAPPENED = re.compile(
    rf"\b(?:died|death|killed|murdered|incident|injured)\b[^.;]{{0,40}}? in (?:(?P<month>{'|'.join(_MONTHS)}) )?"
    r"(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:ref(?:erence)?\.?(?: ?(?:no\.?|number))? ?[:#]? ?|isbn(?:-1[03])?:? ?)"
    r"(?P<it>(?=[\w/-]*\d)[a-z0-9][\w/-]{3,})",
    re.IGNORECASE,
)
_SEXES = {"boy": "m", "boys": "m", "son": "m", "male": "m", "girl": "f", "girls": "f", "daughter": "f", "female": "f"}


@dataclass(frozen=True)
class CaseFacts:
    """Each is empty where nothing is stated."""

    ages: frozenset[Days] = frozenset()
    """From and to, in days."""
    sexes: frozenset[str] = frozenset()
    incidents: frozenset[Month] = frozenset()
    references: frozenset[str] = frozenset()


NOTHING_STATED = CaseFacts()


def stated(texts: Iterable[str]) -> CaseFacts:
    """The facts in the words of one source or of several: headings, abstracts, labels."""
    text = "\n".join(texts)
    aged = [match for pattern in _AGED for match in pattern.finditer(text)]
    named = [match["child"].casefold() for match in [*aged, *_BABY.finditer(text)]]
    return CaseFacts(
        ages=frozenset(_days(match["number"], match["unit"]) for match in aged),
        sexes=frozenset(_SEXES[child] for child in named if child in _SEXES),
        incidents=frozenset(
            (int(match["year"]), _MONTHS.get((match["month"] or "").casefold(), 0))
            for match in _HAPPENED.finditer(text)
        ),
        references=frozenset(re.sub(r"\W", "", match["it"]).casefold() for match in _REFERENCE.finditer(text)),
    )


def _days(number: str, unit: str | None) -> Days:
    """Whoever is 4 months old may be 16 or 21 weeks old elsewhere: half a unit on both sides."""
    each = _UNITS[(unit or "year").casefold()]
    count = _NUMBERS.get(number.casefold()) or int(number)
    return (count * each - each // 2, (count + 1) * each + each // 2)


def _same_age(one: Days, other: Days) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _same_month(one: Month, other: Month) -> bool:
    if not (one[1] and other[1]):
        return one[0] == other[0]
    return abs((one[0] - other[0]) * 12 + one[1] - other[1]) <= 1


_COMPARED: tuple[tuple[str, str, Callable[..., bool]], ...] = (
    ("age", "ages", _same_age),
    ("sex", "sexes", str.__eq__),
    ("date of the incident", "incidents", _same_month),
)


def agreeing(one: CaseFacts, other: CaseFacts) -> list[str]:
    """The names of the facts that both state alike."""
    return [name for name, field, same in _COMPARED if any(_pairs(one, other, field, same))]


def differing(one: CaseFacts, other: CaseFacts) -> list[str]:
    """The names of the facts that both state, and not alike."""
    return [name for name, field, same in _COMPARED if (pairs := _pairs(one, other, field, same)) and not any(pairs)]


def _pairs(one: CaseFacts, other: CaseFacts, field: str, same: Callable[..., bool]) -> list[bool]:
    return [same(mine, theirs) for mine, theirs in product(getattr(one, field), getattr(other, field))]
