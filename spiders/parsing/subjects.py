"""Whom a review is about, as its title says: a code, a letter, a pseudonym, a family."""

import re
from functools import lru_cache

from spiders.parsing.dates import dates_in
from spiders.parsing.text import REMEMBERED, STRAIGHT, clean, link_label, without_brackets
from store.reading import Precision

PERSON = (
    r"(?:Unborn Baby|Unborn|Child(?:ren)?|Bab(?:y|ies)|Infants?|Toddlers?|Young Person|Young People|Young (?:Wom|M)an"
    r"|YP|Family|Families|Siblings?|Sibling Group|Twins?|Brothers|Sisters|Adults?|Teenagers?|Student|Pupil|Case)"
)
MONTH_NAMES = "January|February|March|April|May|June|July|August|September|October|November|December"
NAME = rf"(?!(?:{MONTH_NAMES})\b(?! and\b))(?:[A-Z][a-zà-öø-ÿ'-]+[a-zà-öø-ÿ]|[A-Z]{{1,4}}\d{{0,4}}|\d{{1,2}})(?!\w)"
NAMES = rf"{NAME}(?:(?:\s*,\s*|\s*,?\s*(?:and|&|/)\s*)(?:{PERSON}\s+)?{NAME})*(?:\s+(?:and|&)\s+[Ff]amily)?"
NUMBER_FIRST = r"(?:Two|Three|Four|Five)\s+(?:Sisters|Brothers|Siblings|Children|Babies|Infants)"

NOT_A_NAME = re.compile(
    r"\b(?:Safeguarding|Protection|Practice|Reviews?|Serious|Death|Sexual|Criminal|Exploitation|Abuse|Local|National"
    r"|Partnership|Report|Overview|Learning|Services?|Board|Summary|Executive|Final|Published|Published|Studies|Study"
    r"|Briefing|Annual|Neglect|Help|Support|Is|In|The|Of|And|With|Response|Action|Plan|PDF|LCSPR|SCR|CSPR|LSCPR|SPR"
    r"|Hubs?|Health|Care|Cent(?:re|er)s?|Records?|Resources?|Information|Info|Court|Law|Justice|Welfare|Social|Poverty"
    r"|Development|Wellbeing|Conference|Arrangements|Files?|Numbers?|No|Day)\b"
)
PROJECT = re.compile(r"\b[A-Z]{2,6}\s?(?:19|20)\d\d-\d\d(?:-\d{1,3})?\b|\b[A-Z]{2,5}-?\d{2,4}(?:[-/]\d{1,3})?\b")
NOT_A_CODE = re.compile(
    r"^(?:COVID|LCSPR|LSCPR|CSPR|SPR|SCR|CPR|SUSR|CMR|JTAI|MB|KB|GB|PDF|V|LSCB|LSCP|PPT|NC|KS|SEND|IICSA|WT|KCSIE)-?\s?\d",
    re.I,
)
PERSONS = re.compile(rf"\b{PERSON}\s+{NAMES}")
LETTER = re.compile(
    r"\b(?:SCR|LCSPR|LSCPR|CSPR|SPR|CPR|[Rr]eview)\s*[:–-]?\s*(?P<letter>[A-Z]{1,2}\d{0,3})(?=\s*(?:[-–:(),]|$|report|Report))"
)
NAMED_CODE = re.compile(r"(?P<name>[A-Z][\w'-]+)\s*\((?P<code>[A-Z]{2,5}-?\d{2,4})\)")
COUNTED = re.compile(NUMBER_FIRST)
QUOTED = re.compile(
    r"(?:^|(?<=[\s(:–-]))[‘'“\"]([A-Z0-9][\w .&-]{0,40}?)[’'”\"](?=$|[\s,.:;)–-])"
    r"(?:\s*(?:and|&|,)\s*[‘'“\"]([A-Z0-9][\w .-]{0,40}?)[’'”\"])?"
)
KIND_WORDS = re.compile(
    r"\b(?:local|national|child(?:ren)?(?:'?s)?|safeguarding|serious|significant|case|practice|learning|partnership|thematic"
    r"|rapid|management|joint|multi-?agency|full|final|overview|executive|summary|review|reviews|report|reports|study|brief"
    r"|briefings?|summaries|statements?|published|publication|publishes|the|of|into|on|a|an|for|in|is|now|available|read|download|view|our|we|have"
    r"|lcspr|lscpr|cspr|spr|scr|cpr|susr|cmr|lr|7|seven|five|six|one|minutes?|points?|step|page|guide|update|progress|response"
    r"|statement|press|media|release|chair's|slides|powerpoint|presentation|here|click|this|document|version|accessible|easy"
    r"|action|plan|appendix|annex)\b"
    r"|\b(?:19|20)\d\d(?:[-/]\d\d)?\b|\b\d{1,2}(?:st|nd|rd|th)?\b|\b7mb\b",
    re.IGNORECASE,
)
THEMES = frozenset(
    (
        "neglect",
        "exploitation",
        "suicide",
        "bruising",
        "abuse",
        "safety",
        "sleep",
        "housing",
        "school",
        "health",
        "mental",
    )
) | {
    "domestic",
    "sexual",
    "criminal",
    "online",
    "infants",
    "children",
    "babies",
    "anonymous",
    "another",
    "covid",
    "poster",
    "agenda",
    "agendas",
    "agreement",
    "audio",
    "audit",
    "board",
    "budget",
    "calendar",
    "center",
    "centre",
    "commission",
    "committee",
    "council",
    "flyer",
    "forum",
    "item",
    "meeting",
    "meetings",
    "minutes",
    "news",
    "newsletter",
    "newsletters",
    "bulletin",
    "masterclass",
    "notice",
    "notices",
    "programme",
    "project",
    "records",
    "recording",
    "resource",
    "resources",
    "rules",
    "schedule",
    "services",
    "strategy",
    "team",
    "video",
    "virus",
}
"""What a heading may be about that is nobody's name."""
NAME_WORD = re.compile(r"[A-Z](?:[^\W\d_]|['-])*[a-zà-öø-ÿ]|[A-Z]{1,3}\d{0,4}")
SMALL = frozenset(("and", "&", "with", "family"))


@lru_cache(maxsize=REMEMBERED)
def subject_of(title: str) -> str:
    """The code or pseudonym that a title states for certain ("Child Q", "Family Orchard", "Robin (RBX23)"), or empty.

    Only marked names count: after a word like Child or Family, in quotation marks, or a code. See `pseudonym_in`.
    """
    line = link_label(title).text
    for find in (_named_code, _persons, _quoted, _code, _counted, _letter):
        found = find(line)
        if found:
            return found
    return ""


def codes_in(title: str) -> tuple[str, ...]:
    """The publisher's own codes in a title ("RBX23", "BXP2029-30-02"), upper case, in order."""
    found = (match[0].upper() for match in PROJECT.finditer(clean(title)))
    return tuple(dict.fromkeys(code for code in found if not NOT_A_CODE.match(code)))


@lru_cache(maxsize=REMEMBERED)
def pseudonym_in(title: str) -> str:
    """What is left of a title without kind words and dates, if it reads like names ("Robin", "Charlie and Sam")."""
    line = _straight(without_brackets(link_label(title).text))
    for date in reversed([found for found in dates_in(line) if found.precision is not Precision.YEAR]):
        line = f"{line[: date.start]} {line[date.end :]}"
    left = [word for word in KIND_WORDS.sub(" ", line).replace(",", " ").split() if word.strip("'-:;.>/|")]
    words = [word.strip("':;.") for word in left if word.strip("-:;.>/|'")]
    names = [word for word in words if word not in SMALL]
    if not 1 <= len(names) <= 4 or any(name.casefold() in THEMES for name in names):
        return ""
    if not all(NAME_WORD.fullmatch(name) for name in names):
        return ""
    return " ".join(words).strip()


def _named_code(line: str) -> str:
    found = NAMED_CODE.search(line)
    return f"{found['name']} ({found['code']})" if found and not NOT_A_CODE.match(found["code"]) else ""


def _letter(line: str) -> str:
    found = LETTER.search(line)
    return found["letter"] if found else ""


def _persons(line: str) -> str:
    parts = [match[0] for match in PERSONS.finditer(line) if not NOT_A_NAME.search(_after_person(match[0]))]
    return " and ".join(dict.fromkeys(parts)) if parts else ""


def _after_person(found: str) -> str:
    return found.split(maxsplit=1)[1]


def _quoted(line: str) -> str:
    found = QUOTED.search(line)
    if not found or len(found[1].split()) > 3:
        return ""
    return " and ".join(name.strip() for name in found.groups() if name)


def _code(line: str) -> str:
    codes = codes_in(line)
    return codes[0] if codes else ""


def _counted(line: str) -> str:
    found = COUNTED.search(line)
    return found[0] if found else ""


def _straight(line: str) -> str:
    return line.translate(STRAIGHT)
