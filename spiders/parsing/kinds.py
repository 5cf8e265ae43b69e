"""What a title is: a review of which family, another kind of publication, or nothing for us and why."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from spiders.parsing.subjects import subject_of
from spiders.parsing.text import REMEMBERED, plain
from store.reading import PublicationKind

Rule = tuple[re.Pattern[str], str]


def _rules(*rules: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(words), meaning) for words, meaning in rules)


# The names of one thing in four nations and twenty years; the publisher's own word stays in the title.
FAMILIES = _rules(
    (r"\bsusrs?\b|single unified safeguarding review", "single unified safeguarding review"),
    (r"\bcmrs?\b|case management review", "case management review"),
    (r"significant case review|initial case review", "significant case review"),
    (r"\b(?:lcspr|lscpr|cspr|spr)s?\b|safeguarding practice review", "child safeguarding practice review"),
    (r"\bscrs?\b|serious case review", "serious case review"),
    (r"\bcprs?\b|child practice review|extended practice review|concise practice review", "child practice review"),
    (r"rapid review", "rapid review learning"),
    (r"thematic (?:review|study)", "thematic review"),
    (r"partnership (?:learning )?review|learning review|\blr\b", "learning review"),
    (r"practice review|case review|\blocal review|multi-agency review", "case review"),
    (r"\breview\b", "review"),
)

OTHER_KINDS: tuple[tuple[re.Pattern[str], PublicationKind], ...] = tuple(
    (re.compile(words), kind)
    for words, kind in (
        (
            r"(?:tri|bi)ennial (?:analysis|review)|analysis of (?:serious case|practice) reviews",
            PublicationKind.RESEARCH,
        ),
        (r"\bjtais?\b.*(?:resource|guidance|guide|toolkit)s?\b", PublicationKind.GUIDANCE),
        (
            r"\bjtais?\b.*overview|joint targeted area inspections?\b.*(?:overview|thematic report)",
            PublicationKind.INSPECTION_OVERVIEW,
        ),
        (
            r"\bjtais?\b|joint targeted area inspection|joint area child protection inspection",
            PublicationKind.INSPECTION_REPORT,
        ),
        (r"annual report|annual review|yearly report", PublicationKind.ANNUAL_REPORT),
        (r"national (?:child safeguarding practice |thematic )?review|national panel", PublicationKind.NATIONAL_REVIEW),
        (r"thematic", PublicationKind.THEMATIC_REPORT),
        (
            r"(?:\d|one|five|six|seven)[ -](?:minute|point|step)|\b7mb\b|\bbrief(?:ing)?s?\b"
            r"|learning (?:summary|together)"
            r"|lessons|one page|bite-?size|key messages",
            PublicationKind.BRIEFING,
        ),
        (r"newsletter|bulletin|\bnews\b|press release|statement", PublicationKind.NEWS),
        (r"\bresearch\b|\bstudy\b|\banalysis\b", PublicationKind.RESEARCH),
        (r"guidance|\bguides?\b|toolkit|working together to safeguard", PublicationKind.GUIDANCE),
    )
)

CERTAIN = {
    PublicationKind.NATIONAL_REVIEW,
    PublicationKind.ANNUAL_REPORT,
    PublicationKind.INSPECTION_REPORT,
    PublicationKind.INSPECTION_OVERVIEW,
}
OF_MANY = re.compile(r"ennial (?:analysis|review)|analysis of (?:serious case|practice) reviews|\bjtais?\b")
"""Titles that speak of reviews or inspections in general, though they contain a review's words."""

# What is never for us, whatever else the title says.
OTHER_REVIEWS = _rules(
    (
        r"domestic (?:homicide|abuse related death|violence homicide)|\bdhrs?\b|\bdardrs?\b",
        "a domestic homicide review",
    ),
    (r"mental health homicide|offensive weapons? homicide|\bowhr\b", "a homicide review"),
    (
        r"safeguarding adults? (?:practice )?reviews?|\bsars?\b|adults? (?:practice |serious case |case )?reviews?"
        r"|(?<!\d )(?<!\d-)\baprs?\b(?!\)|[\s./-]*\d)"
        r"|safeguarding adults board|adults? safeguarding",
        "an adult review",
    ),
    (r"^adult [a-z]{1,2}\d?\b", "an adult review"),
)
CHILD = re.compile(r"\b(?:child|children|baby|infant|young pe\w+|sibling|lcspr|cspr)\b")

NOT_REVIEWS = _rules(
    (r"privacy|cookie|copyright|terms (?:and conditions|of use)|accessibility statement|site ?map", "page furniture"),
    (
        r"^(?:(?:see|view|show) all\b.*"
        r"|home|contact(?: us)?|about(?: us)?|news|search|login|log in|sign in|back(?: to .*)?|top of page"
        r"|next|previous"
        r"|read more(?: about.*)?|more|menu|skip to .*|share.*|print(?: this page)?|subscribe.*|follow us.*"
        r"|facebook|twitter"
        r"|linkedin|youtube|quick exit|leave site|training|professionals|parents.*|children|community|events?)$",
        "page furniture",
    ),
    (r"polic(?:y|ies)\b", "a policy"),
    (r"procedures?\b|protocol|pathway\b|threshold", "a procedure"),
    (r"referral|\bforms?\b|template|notification form|checklist|application", "a form"),
    (
        r"terms of reference|constitution|memorandum|arrangements|strategy|business plan|structure chart|\bagendas?\b"
        r"|(?<!\d )(?<!\d-)(?<!one )(?<!five )(?<!six )(?<!seven[ -])\bminutes\b(?! (?:brief|guide|read|learn))",
        "a paper about the partnership itself",
    ),
    (
        r"(?:reviews?|[lc]*spr) (?:process|criteria|framework)|flow ?chart|decision[ -]making",
        "a paper about how reviews are done",
    ),
    (r"training|course|e-?learning|\bevents?\b|conference|masterclass|vacanc|job description", "training or an event"),
    (r"lorem ipsum|^test(?: page| document)?$", "placeholder text"),
)

NATIONAL_HOSTS = ("gov.uk", "www.gov.uk", "assets.publishing.service.gov.uk", "childsafeguarding.independent-panel.uk")
NATIONAL_WORDS = re.compile(
    r"national (?:child safeguarding practice |thematic )?reviews?\b|child safeguarding practice review panel"
    r"|national panel"
)


class Classified(NamedTuple):
    """`kind` None: the title does not tell. `reason` not empty: not for us, and why. `family`: the kind of review."""

    kind: PublicationKind | None
    family: str = ""
    reason: str = ""


@lru_cache(maxsize=REMEMBERED)
def classify(title: str, subject: str | None = None) -> Classified:
    """What a title is. `subject` is the review's code or pseudonym when it is known already from elsewhere."""
    line = plain(title)
    named = subject_of(title) if subject is None else subject
    family = _first(FAMILIES, line)
    reason = _other_review(line, family)
    # "Response to the referral of Child Q" is of a review; "Case review referral form" is a form.
    if not reason and not named:
        reason = _first(NOT_REVIEWS, line)
    if reason:
        return Classified(None, family, reason)
    return Classified(_kind(line, family, named), family)


def is_national(text: str, url: str = "") -> bool:
    """True for a national review or report: by its words, or because its file is the government's or the Panel's."""
    return bool(NATIONAL_WORDS.search(plain(text))) or (urlsplit(url).hostname or "") in NATIONAL_HOSTS


def area_named(text: str, areas: Iterable[str], own: Iterable[str] = ()) -> str:
    """The place or body of `areas` (casefolded names) that the text names, as printed; empty when none or its own.

    The longest name wins, so that "North Yorkshire" is not taken for a shorter one within it.
    """
    line = plain(text)
    mine = [plain(name) for name in own]
    for name in sorted((name for name in areas if name in line), key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line):
            return "" if any(name in one or one in name for one in mine) else _as_printed(text, name)
    return ""


def _as_printed(text: str, name: str) -> str:
    found = re.search(re.escape(name), text, re.IGNORECASE)
    return found[0] if found else name.title()


def _first(rules: tuple[Rule, ...], line: str) -> str:
    return next((meaning for pattern, meaning in rules if pattern.search(line)), "")


def _other_review(line: str, family: str) -> str:
    reason = _first(OTHER_REVIEWS, line)
    if not reason and family == "single unified safeguarding review" and "adult" in line and not CHILD.search(line):
        return "an adult review"
    # "Child and adult practice reviews" is about children too.
    return "" if reason == "an adult review" and CHILD.search(line) else reason


def _kind(line: str, family: str, subject: str) -> PublicationKind | None:
    told = next((kind for pattern, kind in OTHER_KINDS if pattern.search(line)), None)
    if told in CERTAIN or OF_MANY.search(line):
        return told
    if subject or (family and told is not PublicationKind.BRIEFING and family != "thematic review"):
        return PublicationKind.LOCAL_REVIEW
    return told or (PublicationKind.THEMATIC_REPORT if family == "thematic review" else None)
