"""What a new version of a document is: the same text, a correction, an update, or a redaction. Pure.

Rule 6: in doubt between correction and redaction it is suspected, so that nothing withdrawn stays on show.
"""

import re
from calendar import day_name, month_name
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

UPDATE_SHARE = 0.1
"""More new sentences than this share of the old ones, and so many at least: an update, not a correction."""
UPDATE_AT_LEAST = 3
SAME_SENTENCE = 80.0
"""rapidfuzz ratio (0-100) from which a changed sentence is the same sentence, corrected."""
SAME_NAME = 75.0
SHORTEST_PASSAGE = 5
"""Words; shorter lost lines are headings, page numbers and the like."""
BLACKED_OUT = re.compile(r"█+|▇+|\[(?:redacted|removed|name removed)\]|\bredacted\b|\bX{4,}\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n")
CALENDAR = frozenset(name.casefold() for name in (*month_name[1:], *day_name))
"""A corrected date loses no name."""
NAME = re.compile(r"\b[A-Z][a-zA-Z'’-]+\b|\b[A-Z]{1,4}\d{1,4}\b")


class VersionChange(StrEnum):
    SAME_TEXT = "same_text"
    CORRECTION = "correction"
    UPDATE = "update"
    REDACTION = "redaction"


@dataclass(frozen=True)
class Verdict:
    change: VersionChange
    reason: str
    """In words for an administrator; it names no lost name and quotes no lost passage."""


def judge(old: Sequence[str], new: Sequence[str]) -> Verdict:
    """Compare two versions' pages of text."""
    before, after = _sentences(old), _sentences(new)
    if before == after:
        return Verdict(VersionChange.SAME_TEXT, "the text is the same")
    if before and not after:
        return Verdict(VersionChange.REDACTION, "the new version has no text that can be read")
    lost, added = _without(before, after), _without(after, before)
    blacked_out = len(BLACKED_OUT.findall(" ".join(after))) - len(BLACKED_OUT.findall(" ".join(before)))
    if blacked_out > 0:
        return Verdict(VersionChange.REDACTION, f"{blacked_out} places are blacked out")
    passages = _lost_passages(lost, added)
    names = _lost_names(before, after)
    if passages or names:
        parts = [f"{passages} passages" if passages else "", f"{names} names or codes" if names else ""]
        return Verdict(VersionChange.REDACTION, "lost from the text: " + " and ".join(part for part in parts if part))
    if len(added) - len(lost) >= max(UPDATE_AT_LEAST, UPDATE_SHARE * len(before)):
        return Verdict(VersionChange.UPDATE, f"{len(added)} sentences are new")
    return Verdict(VersionChange.CORRECTION, f"{max(len(lost), len(added))} sentences are corrected")


def _sentences(pages: Sequence[str]) -> list[str]:
    text = re.sub(r"-\n(?=[a-z])", "", "\n\n".join(pages))
    found = (" ".join(part.split()) for part in SENTENCE_END.split(text))
    return [part for part in found if part and not part.isdigit()]


def _without(these: Iterable[str], those: Iterable[str]) -> list[str]:
    known = {_plain(sentence) for sentence in those}
    return [sentence for sentence in these if _plain(sentence) not in known]


def _plain(sentence: str) -> str:
    return " ".join(re.findall(r"\w+", sentence.casefold()))


def _lost_passages(lost: Sequence[str], added: Sequence[str]) -> int:
    """How many lost sentences have no corrected form among the added ones."""
    new = [_plain(sentence) for sentence in added]
    count = 0
    for sentence in lost:
        plain = _plain(sentence)
        if len(plain.split()) < SHORTEST_PASSAGE:
            continue
        if process.extractOne(plain, new, scorer=fuzz.ratio, score_cutoff=SAME_SENTENCE) is None:
            count += 1
    return count


def _lost_names(before: Sequence[str], after: Sequence[str]) -> int:
    """How many capitalised words or codes are nowhere in the new text, not even spelt a little differently."""
    kept = {word.casefold() for sentence in after for word in re.findall(r"[\w'’-]+", sentence)}
    names = {name for sentence in before for name in _names(sentence)} - kept - CALENDAR
    if not names:
        return 0
    new_names = {name for sentence in after for name in _names(sentence)}
    old_names = {name for sentence in before for name in _names(sentence)}
    spelt_anew = sorted(new_names - old_names)
    return sum(
        1 for name in names if process.extractOne(name, spelt_anew, scorer=fuzz.ratio, score_cutoff=SAME_NAME) is None
    )


def _names(sentence: str) -> set[str]:
    """Capitalised words that do not merely begin the sentence, and codes; case-folded."""
    return {match.group().casefold() for match in NAME.finditer(sentence) if match.start() > 0}
