"""Words as they are searched: our own rule, so that SQLite and Postgres find the same.

A word is a run of letters and digits; accents, case and apostrophes do not count, and an English plural is its
singular ("reviews", "children's" and "bodies" are "review", "child" and "body"). Codes such as "BDS12" stay whole.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

# within a word: letters, digits, combining accents, apostrophes, soft hyphens and invisible joiners
_INSIDE = r"'’‘ʼ＇\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
IN_TOKEN = rf"(?:[^\W_]|[{_INSIDE}])"
"""A regular expression for what may stand within a word as printed."""
_TOKEN = re.compile(rf"[^\W_]{IN_TOKEN}*")
_LETTERS = re.compile(r"[^\W_]+")
_PLURAL_ONLY = {word: word for word in ("news", "series", "species", "bias", "always", "perhaps", "lens", "chaos")}
_IRREGULAR = _PLURAL_ONLY | {
    "children": "child", "women": "woman", "men": "man", "wives": "wife", "lives": "life", "knives": "knife",
    "halves": "half", "crises": "crisis", "buses": "bus", "viruses": "virus", "statuses": "status",
    "bonuses": "bonus", "analyses": "analysis", "diagnoses": "diagnosis", "hypotheses": "hypothesis",
    "movies": "movie", "teeth": "tooth", "feet": "foot",
}  # fmt: skip
_LONGEST = 64
"""A longer "word" is no word; cutting it keeps both databases' indexes content."""
_PRINTERS_MARKS = {**dict.fromkeys("’‘", ""), **dict.fromkeys("“”–—•…£\xa0", " ")}
"""What keeps most printed pages from being ASCII, as the rule reads it: within a word nothing, else a blank."""
_ASCII = {code: (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)} | {ord("'"): ""}
_MOST_FORMS = 200_000


class Span(NamedTuple):
    """Where a word stands in the text as printed."""

    start: int
    end: int
    words: tuple[str, ...]


class _Forms(dict[str, str]):
    """Words in lower case and what they become, as they are met: looking up costs a fifth of working out."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_FORMS:
            self.clear()
        self[word] = _stem(word[:_LONGEST])
        return self[word]


_FORMS = _Forms()


def words(text: str) -> list[str]:
    """The text's words in order, normalised. `words(" ".join(words(text)))` is the same list."""
    plain = text
    if not text.isascii():
        for mark, instead in _PRINTERS_MARKS.items():
            plain = plain.replace(mark, instead)
    if plain.isascii():  # nearly always: the same rule by the quickest means there are
        return list(map(_FORMS.__getitem__, plain.translate(_ASCII).split()))
    return [word for token in _TOKEN.findall(text) for word in _normal(token)]


def spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The same words with their places; seldom, one printed token is several words ("½")."""
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        yield Span(match.start(), match.end(), _normal(match[0]))


def prefixes(text: str) -> list[str]:
    """Beginnings of normalised words that together find every word that begins with `text` ("childre", "famili")."""
    start = "".join(folded(token) for token in _TOKEN.findall(text))[:_LONGEST]
    irregular = [word for form, word in _IRREGULAR.items() if start and form.startswith(start)]
    singular = [start[:-1] + "y", start[:-2] + "y"] if start.endswith(("i", "ie")) and len(start) > 3 else []
    return list(dict.fromkeys([start, _stem(start), *irregular, *singular])) if start else []


def beginning(word: str) -> str:
    """What every printed form of a normalised word begins with, in lower case and without accents: "bod" for "body"."""
    if word.endswith("y") and len(word) > 3:
        return word[:-1]
    return _common_start([word, *(form for form, one in _IRREGULAR.items() if one == word)])


def _common_start(texts: list[str]) -> str:
    return "".join(
        letters[0] for letters in takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    )


def folded(text: str) -> str:
    """Without accents, case and apostrophes."""
    if text.isascii():
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’‘ʼ＇\u00ad")


@lru_cache(maxsize=65536)
def _normal(token: str) -> tuple[str, ...]:
    return tuple(_stem(word[:_LONGEST]) for word in _LETTERS.findall(_joined(folded(token))))


def _joined(text: str) -> str:
    """Without the invisible joiners, which would break a word in two."""
    return text if text.isascii() else re.sub("[\u200b-\u200d\u2060\ufeff]", "", text)


def _stem(word: str) -> str:
    """The singular of an English plural; anything else as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    es = word.endswith(("sses", "shes", "xes", "zzes")) or (word.endswith("ches") and not word.endswith("aches"))
    stem = word[:-2] if es else word[:-1]
    return _IRREGULAR.get(stem, stem)
