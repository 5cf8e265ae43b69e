"""What a document is within its review, from the words by which it is linked."""

import re
from functools import lru_cache

from spiders.parsing.text import REMEMBERED
from store.reading import DocumentRole

# In this order: a "Welsh executive summary" is first of all Welsh, an "action plan response" an action plan.
PATTERNS: tuple[tuple[DocumentRole, str], ...] = (
    (DocumentRole.WELSH_VERSION, r"welsh|cymraeg|adroddiad|\bcym\b"),
    (DocumentRole.EASY_READ, r"easy[\s-]?read"),
    (DocumentRole.ANNEX, r"\bannex|\bappendi(?:x|ces)\b|terms of reference|glossary"),
    (DocumentRole.ACTION_PLAN, r"action[\s-]plan|improvement plan"),
    (
        DocumentRole.RESPONSE,
        r"\bresponse\b|improvements?[\s-]made|\bprogress\b|what we (?:have )?(?:did|done)|actions? taken|impact report",
    ),
    (
        DocumentRole.STATEMENT,
        r"\bstatement|press (?:release|notice)|media (?:release|briefing)|news release|\bletter\b",
    ),
    (
        DocumentRole.LEARNING_BRIEF,
        r"\b(?:\d|one|five|six|seven)[\s-](?:minute|point|step|page)|\b7mb\b|safer ?7|\bbrief(?:ing)?s?\b|one page"
        r"|learning (?:summary|together|points|slides|on a)|key learning|lessons learn|bite-?size|slides|powerpoint"
        r"|webinar|podcast|presentation",
    ),
    (DocumentRole.EXECUTIVE_SUMMARY, r"exec(?:utive)?\.? summary|summary report|\bsummary\b"),
    (
        DocumentRole.OVERVIEW_REPORT,
        r"overview|(?:full|final|review|main|published) report|\breport\b|\breview\b|\bl?s?cspr\b|\blscpr\b|\bscr\b"
        r"|\bspr\b|\bcpr\b|\bcmr\b|\bsusr\b|thematic study",
    ),
)
COMPILED = [(role, re.compile(words, re.IGNORECASE)) for role, words in PATTERNS]


@lru_cache(maxsize=REMEMBERED)
def role_of(*texts: str) -> DocumentRole:
    """The role that the first telling text names: the link's own text before its column, heading or file name."""
    for text in texts:
        words = text.replace("_", " ").replace("+", " ")
        for role, pattern in COMPILED:
            if pattern.search(words):
                return role
    return DocumentRole.OTHER


@lru_cache(maxsize=REMEMBERED)
def without_role(text: str) -> str:
    """The text without the words by which a document follows a report: "Safer sleep: 7 minute briefing"."""
    for role, pattern in COMPILED:
        if role is not DocumentRole.OVERVIEW_REPORT:
            text = pattern.sub(" ", text)
    return re.sub(r"\(\s*\)", " ", text).strip(" -–—:,")


@lru_cache(maxsize=REMEMBERED)
def says_only_a_role(text: str) -> bool:
    """True for "Read the full report", "here", "PDF": link texts that say nothing of which review they belong to."""
    rest = ROLE_WORDS.sub(" ", text)
    return not re.sub(r"[\W_\d]", "", rest)


ROLE_WORDS = re.compile(
    r"\b(?:please|read|view|see|open|download|click|here|this|the|a|an|our|is|now|available|more|and|of|to|for|on|full|final"
    r"|link|overview|review|report|reports|executive|exec|summary|learning|brief|briefing|briefings|note|action|plan|response"
    r"|responses|statement|press|media|news|release|chair's|easy|read|welsh|english|version|accessible|annex|appendix|pdf|word"
    r"|powerpoint|slides|presentation|document|documents|file|minute|point|step|page|one|five|six|seven|guide|partnership"
    r"|published|publication|progress|improvements|made|local|child|children|safeguarding|practice|serious|case|scr|lcspr"
    r"|lscpr|cspr|spr|7mb|key|lessons|practitioner|practitioners|multi|agency|website|visit|\d+)\b",
    re.IGNORECASE,
)
