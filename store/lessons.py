"""Recommendations and learning points in a document's text, by rules that a reader can check. Pure.

Three rules, and nothing that was not printed: a line that names itself ("Recommendation 3: ..."); the
numbered, bulleted or directing paragraphs under a heading such as "Recommendations", or the rows, numbered one after
the other, of a table with such a head; and, only where these find no recommendation, sentences of the form "The
partnership should ...".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

from store.lesson_patterns import (
    BODY,
    CONTENTS,
    DIRECTS,
    ENDED,
    HAS_PARTS,
    HEADING,
    IN_WORDS,
    MARKED,
    NAMED,
    ROW,
    SENTENCES,
    TABLE,
    UNNUMBERED,
    WHOM,
)
from store.running_heads import without_running_heads
from store.words import words

RULES = 1
"""To be raised with every change of the rules, so that what is kept is found anew."""
LONGEST = 700
"""Letters of a quotation; what follows can be read on its page."""
LONGEST_READ = 3000
"""Letters of a paragraph: what is longer is taken for several that were not told apart."""
MOST_LOOSE = 12
"""A text that says more often what bodies should do is guidance, not a list of recommendations."""
FEWEST_WORDS = 4


class LessonKind(StrEnum):
    RECOMMENDATION = "recommendation"
    LEARNING = "learning"


@dataclass(frozen=True)
class Found:
    """One quotation. `number` as printed, empty where there is none; `page` counts from 1."""

    kind: LessonKind
    number: str
    page: int
    text: str


@dataclass(frozen=True)
class _Line:
    text: str
    page: int
    wide: bool
    """Nearly as long as its page's longest line: its paragraph may go on though a sentence ends here."""
    next: str


@dataclass
class _Item:
    kind: LessonKind
    number: str
    page: int
    named: bool = False
    marked: bool = False
    parts: str = ""
    """How the parts of its sentence are marked, once one was read."""
    lines: list[_Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.texts).strip()

    def add(self, line: _Line, text: str) -> None:
        if not self.texts:  # its name alone may stand at the foot of the page before
            self.page = line.page
        self.lines.append(line)
        self.texts.append(text)

    @property
    def breaks_off(self) -> bool:
        """In the middle of a sentence, or after its name alone."""
        return not ENDED.search(self.text)

    def goes_on_in(self, line: _Line) -> bool:
        """Whether the line belongs to this paragraph still."""
        if not self.text:
            return True
        last = self.lines[-1]
        if len(self.text) > LONGEST_READ or (last.page != line.page and not line.text[0].islower()):
            return False
        return last.wide or self.breaks_off

    def takes_part(self, mark: str, text: str) -> bool:
        """Whether a marked line is a part of its sentence: "The board should:", and under it what it should do."""
        if self.parts:
            return self.parts == mark
        is_part = mark != "1" or text[:1].islower()
        if is_part and len(self.text) < LONGEST_READ and HAS_PARTS.fullmatch(self.text):
            self.parts = mark
        return bool(self.parts)

    def counts(self) -> bool:
        """A paragraph under a heading must direct somebody, or be marked as a point and be a sentence."""
        if len(words(self.text)) < FEWEST_WORDS or self.text.endswith(":"):
            return False
        return self.named or bool(DIRECTS.search(self.text)) or (self.marked and bool(ENDED.search(self.text)))


def find_lessons(pages: Sequence[str]) -> list[Found]:
    """What the pages say, in their order; the same words once."""
    clean = without_running_heads(pages)
    found = [_found(item) for item in _Reader().read(_lines(clean)) if item.counts()]
    if not any(one.kind is LessonKind.RECOMMENDATION for one in found):
        found += _loose(clean)
    return list({tuple(words(one.text)): one for one in reversed(found)}.values())[::-1]


def _found(item: _Item) -> Found:
    return Found(item.kind, item.number, item.page, cut(item.text))


def cut(text: str) -> str:
    """At most `LONGEST` letters, whole sentences where they fit."""
    if len(text) <= LONGEST:
        return text
    whole = max((match.end() for match in re.finditer(r"[.!?](?=\s)", text[:LONGEST])), default=0)
    return text[:whole] if whole else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def _lines(pages: Sequence[str]) -> Iterator[_Line]:
    for number, page in enumerate(pages, start=1):
        texts = [" ".join(line.split()) for line in page.splitlines() if line.strip()]
        longest = max((len(text) for text in texts), default=0)
        for text, after in zip_longest(texts, texts[1:], fillvalue=""):
            yield _Line(text, number, len(text) >= 0.9 * longest, after)


class _Reader:
    """Goes through the lines once; knows under which heading it is, and the paragraph that is open."""

    def __init__(self) -> None:
        self._section: LessonKind | None = None
        self._row: int | None = None
        """Of the table that is being read the last row's number; None: outside tables."""

    def read(self, lines: Iterator[_Line]) -> Iterator[_Item]:
        open_: _Item | None = None
        for line in lines:
            begun, ended = self._begins(line, open_)
            if ended and open_:
                yield open_
            if ended:
                open_ = begun
            elif open_:
                open_.add(line, line.text)
        if open_:
            yield open_

    def _begins(self, line: _Line, open_: _Item | None) -> tuple[_Item | None, bool]:
        """The item that begins with this line, and whether the open one ends before it."""
        if CONTENTS.search(line.text):
            return None, True
        if named := _named(line) or _unnumbered(line):
            return named, True
        if heading := _heading(line.text):
            self._section, self._row = heading, None
            return None, True
        return self._goes_on(line, open_)

    def _goes_on(self, line: _Line, open_: _Item | None) -> tuple[_Item | None, bool]:
        """The same of a line that does not say by itself what it is."""
        if self._row is not None or TABLE.fullmatch(line.text):
            return self._begins_row(line, open_, self._row or 0)
        if open_ and (part := MARKED.match(line.text)) and open_.takes_part(_mark(part), part["rest"]):
            return None, False
        if self._section and (marked := _marked(line, self._section)):
            return marked, True
        if _is_other_heading(line) and not (open_ and open_.breaks_off):
            self._section = self._section if _says_for_whom(line) else None
            return None, True
        if open_ and open_.goes_on_in(line):
            return None, False
        return (_plain(line, self._section) if self._section else None), True

    def _begins_row(self, line: _Line, open_: _Item | None, last: int) -> tuple[_Item | None, bool]:
        """In a table only the next number begins anything; other cells belong to nothing."""
        self._row = last
        match = ROW.fullmatch(line.text)
        if match and int(match["number"]) in (last + 1, 1):
            self._row = int(match["number"])
            item = _Item(LessonKind.RECOMMENDATION, match["number"], line.page, marked=True)
            if match["rest"]:
                item.add(line, match["rest"])
            return item, True
        is_head = TABLE.fullmatch(line.text) is not None
        return None, is_head or open_ is None or not open_.goes_on_in(line)


def _named(line: _Line) -> _Item | None:
    match = NAMED.fullmatch(line.text)
    if match is None or (match["bare"] and not _is_capital(match["bare"])):
        return None
    in_words = not match["bare"] and match["number"].lower() in IN_WORDS.split("|")
    if not (match["number"][0].isdigit() or match["mark"] or in_words):
        return None  # "Learning a ..." is a sentence, "Recommendations" a heading
    item = _Item(_kind(match), " ".join(filter(None, (match["number"], match["whom"]))), line.page, named=True)
    if rest := match["rest"] or match["bare"] or "":
        item.add(line, rest)
    return item


def _unnumbered(line: _Line) -> _Item | None:
    """ "Recommendation: The board should ...", wherever it stands."""
    match = UNNUMBERED.fullmatch(line.text)
    if match is None:
        return None
    item = _Item(_kind(match), "", line.page, marked=True)
    item.add(line, match["rest"])
    return item


def _kind(match: re.Match[str]) -> LessonKind:
    return LessonKind.RECOMMENDATION if match["kind"].lower() == "recommendation" else LessonKind.LEARNING


def _is_capital(text: str) -> bool:
    return text[:1].isupper()


def _heading(text: str) -> LessonKind | None:
    match = HEADING.fullmatch(text)
    if match is None or text[0].islower():
        return None
    return LessonKind.RECOMMENDATION if match["recommendation"] else LessonKind.LEARNING


def _marked(line: _Line, section: LessonKind) -> _Item | None:
    match = MARKED.match(line.text)
    if match is None or (not match["bullet"] and _is_other_heading(line)):
        return None
    item = _Item(section, match["number"] or match["section"] or "", line.page, marked=True)
    item.add(line, match["rest"])
    return item


def _mark(match: re.Match[str]) -> str:
    """Numbers are one sort of mark, letters another; each bullet is its own."""
    number = match["number"] or match["section"] or ""
    return match["bullet"] or ("1" if number.lstrip("R")[:1].isdigit() else "a")


def _says_for_whom(line: _Line) -> bool:
    """A heading that tells to whom the recommendations under it are made: the section goes on."""
    follows = MARKED.match(line.next) or NAMED.fullmatch(line.next)
    return bool(follows) and _is_capital(line.text.lstrip("0123456789.) ")) and WHOM.fullmatch(line.text) is not None


def _plain(line: _Line, section: LessonKind) -> _Item:
    item = _Item(section, "", line.page)
    item.add(line, line.text)
    return item


def _is_other_heading(line: _Line) -> bool:
    """Short, begins with a capital, ends no sentence, directs nobody, and a new paragraph follows."""
    marked = MARKED.match(line.text)
    text = marked["rest"] if marked else line.text
    short = not line.wide and len(text) < 70
    ends = text[-1:] in ".,;:!?" or bool(DIRECTS.search(text))
    return short and _is_capital(text) and not ends and not line.next[:1].islower()


def _loose(pages: Sequence[str]) -> list[Found]:
    """Sentences that say what a body should do."""
    found = [
        Found(LessonKind.RECOMMENDATION, "", number, cut(sentence))
        for number, page in enumerate(pages, start=1)
        for sentence in SENTENCES.split(" ".join(page.split()))
        if BODY.match(sentence) and ENDED.search(sentence)
    ]
    return found if len(found) <= MOST_LOOSE else []
