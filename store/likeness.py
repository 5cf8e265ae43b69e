"""How alike two texts are: MinHash signatures to find the few that may be, the texts themselves to say so. Pure.

Cover sheets, running heads, page numbers and hyphens do not count: what a re-poster adds must not hide a copy.
"""

import hashlib
import re
import string
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from rensa import RMinHash

from store.running_heads import without_running_heads

ALGORITHM = RMinHash.ALGORITHM_VERSION * 100 + 1
"""Signatures of another number are made anew: rensa's own version, and ours of what is done before it."""
PERMUTATIONS, SEED = 128, 42
SHINGLE = 5
"""Words."""
SHORTEST = 150
"""Words; what is shorter may be a form's text only."""
BANDS, ROWS = 32, 4
"""Texts that share half are found with 0.87, those that share 0.7 with 0.9998."""
_NUMBERS = struct.Struct(f"<{PERMUTATIONS}I")
_COVER_LABELS = re.compile(r"^\s*(?:title|lscb|author|date of publication|publisher|date)\s*:", re.IGNORECASE | re.M)
_COVER_AT_LEAST = 3
# "multi-\nagency" and "multi-agency" are the same word, whichever hyphen was printed and wherever the line ended
_HYPHEN = re.compile(r"[-‐‑\u00ad\u0002]\s*")
# twice as fast as a regular expression for words, and this is most of what signing costs
_BETWEEN = str.maketrans(dict.fromkeys(string.punctuation + "–—‘’“”…•·«»\u00a0█▇", " "))


@dataclass(frozen=True)
class Signature:
    digest: bytes
    """128 numbers of 4 bytes."""
    words: int


@dataclass(frozen=True)
class Likeness:
    """Of two texts' shingles: the share that they have in common, and the share of the shorter one in the longer."""

    common: float
    contained: float


def main_words(pages: Sequence[str]) -> list[str]:
    """The words that are the document's own."""
    own = pages[1:] if pages and len(_COVER_LABELS.findall(pages[0])) >= _COVER_AT_LEAST else pages
    text = "\n".join(without_running_heads(own)).casefold()
    return _HYPHEN.sub("", text).translate(_BETWEEN).split()


def sign(words: Sequence[str]) -> Signature | None:
    """None for a text too short to tell anything."""
    if len(words) < SHORTEST:
        return None
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.update(_shingles(words))
    return Signature(_NUMBERS.pack(*minhash.digest()), len(words))


def _shingles(words: Sequence[str]) -> list[str]:
    return [" ".join(run) for run in zip(*(words[start:] for start in range(SHINGLE)), strict=False)]


def bands(digest: bytes) -> list[int]:
    """Numbers of 48 bits; texts that share one are looked at."""
    size = ROWS * 4
    return [
        int.from_bytes(hashlib.blake2b(bytes([band]) + digest[band * size : (band + 1) * size], digest_size=6).digest())
        for band in range(BANDS)
    ]


def estimate(one: bytes, other: bytes) -> float:
    """The share in common as two signatures tell it; its error is about 0.04."""
    pairs = zip(_NUMBERS.unpack(one), _NUMBERS.unpack(other), strict=True)
    equal: int = sum(mine == theirs for mine, theirs in pairs)
    return equal / PERMUTATIONS


def compare(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Exactly, from the words of both."""
    mine, theirs = set(_shingles(one)), set(_shingles(other))
    if not mine or not theirs:
        return Likeness(0.0, 0.0)
    both = len(mine & theirs)
    return Likeness(both / len(mine | theirs), both / min(len(mine), len(theirs)))
