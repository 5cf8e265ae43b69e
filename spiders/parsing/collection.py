"""Records of the national collection as its lists print them: a heading, some paragraphs, one link to the library."""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from spiders.parsing.headings import NOT_UNDERSTOOD, ParsedHeading, parse_heading
from spiders.parsing.lines import PANEL, Anchor, Line
from spiders.parsing.telling import is_generic
from spiders.parsing.text import link_label, normalised, plain
from store.reading import Basis, Precision, StatedDate

# Label as printed (any case, any ending) -> the one name under which its text is kept.
NAMES = (
    (r"key\s*words?", "Keywords"),
    (r"background", "Background"),
    (r"model|methodology", "Model"),
    (r"issues identified|key issues|issues", "Key issues"),
    (r"key learning|learning (?:themes|points)|learning", "Learning"),
    (r"recommendations(?: to the \w+(?: \w+)?)?|makes recommendations", "Recommendations"),
)
ENDINGS = r"(?::\s*includes?\s*:?|\s+(?:includes?|including|focus(?:es)? on|are)\s*:?|\s+that\b|\s*:)"
LABEL = re.compile(
    rf"(?:^|(?<=[.;!?]\s)|(?<=\n))(?P<name>{'|'.join(words for words, _ in NAMES)}){ENDINGS}\s*",
    re.IGNORECASE | re.MULTILINE,
)
LOST_LABEL = re.compile(r"^includes?:\s*", re.IGNORECASE | re.MULTILINE)
"""In one copy of a page the bold word "Learning" was lost before it."""
LINK_WORDS = re.compile(
    r"overview report|executive summary|read the|full report|view (?:the )?record|library", re.IGNORECASE
)
DERIVATIVE = re.compile(r"^summary of|\bcaspar\b|\bpodcasts?\b|briefing|learning from case reviews", re.IGNORECASE)
LIBRARY = re.compile(r"hapi\.dll", re.IGNORECASE)


@dataclass
class Record:
    """One record: its heading as printed, what the heading says, its paragraphs and its links."""

    heading: str
    parsed: ParsedHeading
    lines: list[Line] = field(default_factory=list)

    @property
    def anchors(self) -> list[Anchor]:
        return [anchor for line in self.lines for anchor in line.anchors]

    @property
    def text(self) -> str:
        """The paragraphs without the links that close the record, one a line."""
        told = (line.text for line in self.lines if not (line.anchors and LINK_WORDS.search(line.text)))
        return "\n".join(text for text in told if text and text.casefold() != "other resources")

    @property
    def published(self) -> StatedDate | None:
        """The year, to 2014 the month, that the heading states; never a day."""
        if not self.parsed.year:
            return None
        precision = Precision.MONTH if self.parsed.month else Precision.YEAR
        return StatedDate(
            day=date(self.parsed.year, self.parsed.month or 1, 1), precision=precision, basis=Basis.LISTED
        )

    @property
    def derivative(self) -> bool:
        """True for the charity's own summaries and briefings."""
        return bool(DERIVATIVE.search(self.heading))


def records_of(lines: Sequence[Line], areas: Collection[str] = ()) -> list[Record]:
    """All records of a page: a heading opens one when it follows the grammar, or when a library link is under it."""
    found: list[Record] = []
    current: Record | None = None
    for line, under in _with_following(lines):
        parsed = parse_heading(line.text, areas) if line.level else NOT_UNDERSTOOD
        if parsed.understood or (line.level and _is_record(line, under)):
            current = Record(link_label(line.text).text, parsed, [line] if line.anchors else [])
            found.append(current)
        elif 0 < line.level < PANEL:
            current = None  # "Case reviews published in 2031" and the like: a section, no record
        elif current:
            current.lines.append(line)
    return found


def labelled(text: str) -> tuple[str, dict[str, str]]:
    """What comes before the first label, and the text under each label, wherever it stands in its paragraph."""
    text = LOST_LABEL.sub("Learning: ", text)
    marks = list(LABEL.finditer(text))
    labels: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):  # no mark: one end, and nothing to do
        name = _name(mark["name"])
        value = " ".join(text[mark.end() : end].split())
        labels[name] = f"{labels[name]} {value}" if name in labels else value
    before = text[: marks[0].start()] if marks else text
    paragraphs = [" ".join(part.split()) for part in before.split("\n") if part.strip()]
    if "Keywords" not in labels and len(paragraphs) > 1 and _is_keywords(paragraphs[-1]):
        labels["Keywords"] = paragraphs.pop()
    return " ".join(paragraphs), labels


def keywords(labels: dict[str, str]) -> tuple[str, ...]:
    """The words under "Keywords", in their order."""
    words = (word.strip(" .>") for word in re.split(r"[,;]", labels.get("Keywords", "")))
    return tuple(dict.fromkeys(word for word in words if word))


def record_number(url: str) -> str:
    """The library's record number in a link ("C9104"): a search term, and the only stable part of the address."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() == "searchterm0" and re.fullmatch(r"C\d+", value.strip(), re.IGNORECASE):
            return value.strip().upper()
    return ""


def is_library(url: str) -> bool:
    """True for a link into the library's catalogue: a search, never fetched."""
    return bool(LIBRARY.search(urlsplit(url).path))


def key_of_record(record: Record) -> str:
    """`year|area|subject`, in comparable words; the heading itself where it was not understood."""
    if not record.parsed.understood:
        return f"heading|{normalised(record.heading) or plain(record.heading)}"
    area = "anonymous" if record.parsed.anonymous else _comparable(record.parsed.area)
    return f"{record.parsed.year}|{area}|{_comparable(record.parsed.subject)}"


def facts_hash(record: Record) -> str:
    """What tells two records with one heading apart: the library's number, else the facts in the first paragraph."""
    number = next(filter(None, (record_number(anchor.url) for anchor in record.anchors)), "")
    facts, _ = labelled(record.text)
    return number or hashlib.sha256(_comparable(facts).encode()).hexdigest()[:8]


def _comparable(text: str) -> str:
    return " ".join(re.findall(r"\w+", plain(text)))


def _name(printed: str) -> str:
    return next(name for words, name in NAMES if re.fullmatch(words, printed, re.IGNORECASE))


def _is_keywords(paragraph: str) -> bool:
    parts = [part.strip() for part in paragraph.rstrip(".").split(",")]
    return len(parts) >= 3 and all(0 < len(part.split()) <= 5 for part in parts) and paragraph[:1].islower()


def _is_record(line: Line, under: Sequence[Line]) -> bool:
    """A heading that does not follow the grammar is a record's when a link to the library stands under it."""
    if is_generic(line.text):
        return False
    anchors = [anchor for one in under for anchor in one.anchors]
    return any(is_library(anchor.url) for anchor in anchors)


def _with_following(lines: Sequence[Line]) -> Iterator[tuple[Line, Sequence[Line]]]:
    """Each line with those that follow it up to the next heading."""
    for index, line in enumerate(lines):
        end = index + 1
        while line.level and end < len(lines) and not lines[end].level:
            end += 1
        yield line, lines[index + 1 : end]
