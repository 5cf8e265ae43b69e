"""How alike two texts are: signatures to find the few that may be, the texts themselves to say so. Pure.

Cover sheets, running heads, page numbers, hyphens and punctuation do not count: what a re-poster adds must not hide a
copy. A signature is made of the runs of letters that begin with a word from c to h, one in four: which ones these are
depends on the text alone, so two texts are sampled alike, and most of the work is spared.
"""

import re
import string
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from operator import eq

from rensa import RMinHash

from store.running_heads import without_running_heads

ALGORITHM = RMinHash.ALGORITHM_VERSION * 100 + 2
"""Signatures of another number are made anew: rensa's own version, and ours of what is done before it."""
PERMUTATIONS, SEED = 128, 42
SHINGLE = 5
"""Words; when two texts are compared."""
SHORTEST = 150
"""Words; what is shorter may be a form's text only."""
MARKS = 40
"""Of two texts that share half about 27 marks are the same; of a report and a summary of a sixth of it about 5."""
_RUNS = re.compile(rb" (?=([c-h].{24}))", re.DOTALL)
"""Runs of 25 letters, about five words."""
_NUMBERS = struct.Struct(f"<{PERMUTATIONS}H")
_COVER_LABELS = re.compile(r"^\s*(?:title|lscb|author|date of publication|publisher|date)\s*:", re.IGNORECASE | re.M)
_COVER_AT_LEAST = 3
_PLAIN = bytes(ord(" ") if chr(code).isspace() else code for code in range(0x80)).lower() + bytes(range(0x80, 0x100))
# Of letters outside ASCII only the first byte stays: in UTF-8 the others, and the first bytes of printers' dashes,
# quotation marks, bullets and blocks, are of their own. One pass over bytes, twenty times as fast as over letters.
_NOTHING = string.punctuation.encode() + bytes(range(0x80, 0xC3)) + b"\xe2\xef"
# "multi-\nagency" and "multi-agency" are the same word, whichever hyphen was printed and wherever the line ended
_AT_LINE_END = (("\u00a0", " "), (" \n", "\n"), ("‐\n", ""), ("‑\n", ""), ("\u00ad\n", ""), ("\u0002", ""))


@dataclass(frozen=True)
class Signature:
    digest: bytes
    """128 numbers of 2 bytes: a MinHash, by which the share in common is estimated."""
    marks: tuple[int, ...]
    """The lowest hashes of its runs, at most 40, ascending, each below 2**31: by which others are found."""
    words: int

    @cached_property
    def reach(self) -> int:
        """Every run with a hash up to here is among the marks."""
        return self.marks[-1] if len(self.marks) == MARKS else 1 << 31


@dataclass(frozen=True)
class Likeness:
    """Of two texts' shingles: the share that they have in common, and the share of the shorter one in the longer."""

    common: float
    contained: float


def main_text(pages: Sequence[str]) -> bytes:
    """The document's own words with one space before each: small letters and figures, nothing else."""
    own = pages[1:] if pages and len(_COVER_LABELS.findall(pages[0])) >= _COVER_AT_LEAST else pages
    text = "\n".join(without_running_heads(own))
    if not text.isascii():
        for printed, plain in _AT_LINE_END:
            text = text.replace(printed, plain)
    words = b" " + text.encode(errors="ignore").replace(b"-\n", b"").translate(_PLAIN, _NOTHING)
    while b"  " in words:
        words = words.replace(b"  ", b" ")
    return words.rstrip()


def sign(text: bytes) -> Signature | None:
    """Of a main text; None for one too short to tell anything."""
    words = text.count(b" ")
    runs = _RUNS.findall(text)
    if words < SHORTEST or not runs:
        return None
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.update(runs)
    digest = _NUMBERS.pack(*[number & 0xFFFF for number in minhash.digest()])
    lowest = nsmallest(MARKS, set(RMinHash.hash_token_sets([runs])[0]))
    return Signature(digest, tuple(sorted({hashed >> 33 for hashed in lowest})), words)


def estimate(one: bytes, other: bytes) -> float:
    """The share in common as two digests tell it; its error is about 0.05."""
    equal: int = sum(map(eq, _NUMBERS.unpack(one), _NUMBERS.unpack(other)))
    return equal / PERMUTATIONS


def estimate_contained(one: Signature, other: Signature) -> float:
    """The share of one in the other, of the better direction, as the marks tell it; rough where there are few."""
    reach = min(one.reach, other.reach)
    mine, theirs = ({mark for mark in which.marks if mark <= reach} for which in (one, other))
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def compare(one: bytes, other: bytes) -> Likeness:
    """Exactly, from the main texts of both."""
    mine, theirs = _shingles(one.split()), _shingles(other.split())
    if not mine or not theirs:
        return Likeness(0.0, 0.0)
    both = len(mine & theirs)
    return Likeness(both / len(mine | theirs), both / min(len(mine), len(theirs)))


def _shingles(words: Sequence[bytes]) -> set[bytes]:
    return set(map(b" ".join, zip(*(words[start:] for start in range(SHINGLE)), strict=False)))
