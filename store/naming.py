"""What a heading says a publication is: a part of a review, an update of it, or someone else's word on it. Pure."""

import re
from enum import StrEnum


class Nature(StrEnum):
    OWN = "own"
    """The review itself, or a part of it."""
    UPDATE = "update"
    """Another publication about the same case: a progress report, a second review."""
    THIRD_PARTY = "third_party"
    """Someone else's: a summary, a podcast, a statement by a minister."""


_UPDATE = re.compile(
    r"\b(?:updates?|updated position|progress report|progress review|progress against|one year on|(?:six|6|twelve|12)"
    r" months? on|follow[- ]up|second review|further review|implementation report|addendum|action plan review)\b",
    re.IGNORECASE,
)
_THIRD_PARTY = re.compile(
    r"^\W*(?:summary of|our summary|a summary of|podcast|webinar|blog|letter from|comment on|reflections on)\b"
    r"|\bpodcast\b|\bministerial statement\b|\b(?:written |oral )?statement (?:by|from) (?:the )?"
    r"(?:\w+ ){0,3}(?:minister|secretary)\b|\bminister(?:'s|s|’s)? (?:statement|response)\b",
    re.IGNORECASE,
)
_ROLES = (
    ("executive_summary", re.compile(r"\b(?:executive )?summary\b", re.IGNORECASE)),
    (
        "learning_brief",
        re.compile(r"\b(?:learning (?:brief(?:ing)?|summary|points)|practi(?:ce|tioner)s? brief(?:ing)?|"
                   r"(?:7|seven)[- ]minute (?:brief(?:ing)?|guide)|lessons learned)\b", re.IGNORECASE),
    ),
    ("response", re.compile(r"\b(?:response|responds)\b", re.IGNORECASE)),
    ("action_plan", re.compile(r"\baction plan\b", re.IGNORECASE)),
    ("statement", re.compile(r"\bstatement\b", re.IGNORECASE)),
    ("easy_read", re.compile(r"\beasy[- ]read\b", re.IGNORECASE)),
    ("welsh_version", re.compile(r"\b(?:welsh|cymraeg)\b", re.IGNORECASE)),
    ("overview_report", re.compile(r"\b(?:overview|full|final) report\b|\boverview\b", re.IGNORECASE)),
)  # fmt: skip


def nature(heading: str, *, derivative: bool = False) -> Nature:
    """`derivative`: the spider says that it is a third party's."""
    if derivative or _THIRD_PARTY.search(heading):
        return Nature.THIRD_PARTY
    return Nature.UPDATE if _UPDATE.search(heading) else Nature.OWN


def role_of(heading: str) -> str:
    """The part of a review that a heading names; empty when it names none."""
    found = [role for role, pattern in _ROLES if pattern.search(heading)]
    return "learning_brief" if "learning_brief" in found else next(iter(found), "")
