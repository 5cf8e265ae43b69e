"""A labelled corpus of invented reports: what is one publication, what only looks like one. The same every time.

All reports share a vocabulary and templates, as real ones do. `make(reviews, words)` gives about three entries for each
review: the report itself, copies with another cover, other pages, hyphens, corrections and redactions, and near misses.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

ONSETS, VOWELS, ENDS = "bcdfghjklmnprstvw", "aeiou", "bdglmnprstkx"
AREAS = ["exampleshire", "wexmoor", "penwick", "harlington", "ambleford", "merefold", "norbridge", "tarnside"]
ELSEWHERE = ["stonelow", "greyford", "marlham", "ashcombe", "tidewell", "holmebridge", "quarrydale", "fenwick"]
"""Areas of near misses, so that no code stands for two children of one area and year."""
PAGE_LINES, LINE_WORDS = 38, 12


@dataclass(frozen=True)
class Spoken:
    """What one source says: an entry and its one document. Entries of one `truth` are one publication."""

    truth: str
    source: str
    area: str | None
    subject: str
    year: int
    heading: str
    pages: tuple[str, ...]
    shape: str
    """How it differs from the report: "report", "cover", "combo", "template" ..."""
    bytes: str
    """Equal for equal bytes."""
    kind: str = "local_review"
    anonymous: bool = False
    related: str = ""
    """The truth of another publication about the same case."""


@dataclass
class Writer:
    """Writes sentences from one vocabulary, common words first, as language does."""

    chance: random.Random
    words: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        syllables = [onset + vowel + end for onset in ONSETS for vowel in VOWELS for end in ENDS]
        longer = ["".join(self.chance.sample(syllables, 2)) for _ in range(3500)]
        self.words = [*self.chance.sample(syllables, len(syllables)), *longer]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def sentence(self) -> str:
        words = self.chance.choices(self.words, self.weights, k=self.chance.randint(8, 26))
        return " ".join(words).capitalize() + "."

    def sentences(self, words: int) -> list[str]:
        found: list[str] = []
        while words > 0:
            found.append(self.sentence())
            words -= len(found[-1].split())
        return found


def make(reviews: int = 200, words: tuple[int, int] = (2000, 15000), seed: int = 7) -> list[Spoken]:
    """All entries, in an order of arrival of their own."""
    chance = random.Random(seed)
    writer = Writer(chance)
    boilerplate = writer.sentences(words[0] // 6)
    entries = [
        spoken
        for number in range(reviews)
        for spoken in _review(number, writer, boilerplate, chance.randint(*words) - words[0] // 6)
    ]
    chance.shuffle(entries)
    return entries


def _review(number: int, writer: Writer, boilerplate: Sequence[str], words: int) -> Iterator[Spoken]:
    """One review as its publisher lists it, what others make of it, and one near miss."""
    area, code = AREAS[number % len(AREAS)], f"Child {chr(65 + number // len(AREAS) % 26)}{number // 208 or ''}"
    year = 2012 + number * 5 % 13
    text = [f"This review is about {code}.", *boilerplate, *writer.sentences(words)]
    truth = f"review-{number}"
    report = Spoken(
        truth,
        f"{area}-list",
        area,
        code,
        year,
        f"{code} {year}",
        _printed(text, head=f"{code} review"),
        "report",
        truth,
    )
    yield report
    yield _copy(report, text, number, writer)
    yield from _near_miss(report, text, number, writer)


def _copy(report: Spoken, text: list[str], number: int, writer: Writer) -> Spoken:
    """The same review at the charity's collection or on another area's list."""
    shapes = ("cover", "pages", "hyphens", "corrected", "redacted", "combo", "bytes")
    shape = shapes[number % len(shapes)]
    chance = writer.chance
    if shape in ("corrected", "combo"):
        text = _corrected(text, chance.uniform(0.02, 0.1 if shape == "corrected" else 0.05), writer)
    if shape == "redacted":
        text = [" ".join("█████" if chance.random() < 0.03 else word for word in one.split()) for one in text]
    pages = report.pages
    if shape not in ("bytes", "cover"):
        pages = _printed(text, head=report.pages[0][:12], lines=PAGE_LINES + 9, hyphens=shape in ("hyphens", "combo"))
    if shape in ("cover", "combo"):
        pages = (_cover(report), *pages)
    witness = number % 2 == 0
    return replace(
        report,
        source="charity" if witness else "reposts",
        heading=f"{report.year} - {report.area} - {report.subject}" if witness else f"Review: {report.subject}",
        area=report.area if witness or number % 4 == 1 else None,
        pages=pages,
        shape=shape,
        bytes=report.bytes if shape == "bytes" else f"{report.bytes}-copy",
    )


def _near_miss(report: Spoken, text: list[str], number: int, writer: Writer) -> Iterator[Spoken]:
    kinds = (_template, _summary, _same_code, _joint, _update, _anonymous)
    yield from kinds[number % len(kinds)](report, text, number, writer)


def _template(report: Spoken, text: list[str], number: int, writer: Writer) -> Iterator[Spoken]:
    """Another child, 60 % of the text shared; sometimes on another list under the same code."""
    own = [one if writer.chance.random() < 0.6 else writer.sentence() for one in text]
    other = ELSEWHERE[number % len(ELSEWHERE)]
    subject = report.subject if number % 12 else "Child ZZ"
    yield replace(
        report, truth=f"template-{number}", source=f"{other}-list", area=other, subject=subject, shape="template",
        pages=_printed(own, head="Another review"), bytes=f"template-{number}", heading=f"{subject} {report.year}",
    )  # fmt: skip


def _summary(report: Spoken, text: list[str], number: int, writer: Writer) -> Iterator[Spoken]:
    """A third party's summary: most of it stands in the report."""
    own = [one for one in text if writer.chance.random() < 0.2]
    yield replace(
        report, truth=f"summary-{number}", source="charity", heading=f"Summary of {report.area} {report.subject}",
        pages=_printed([*own, *writer.sentences(100)], head="Summary"), bytes=f"summary-{number}", shape="summary",
        related=report.truth,
    )  # fmt: skip


def _same_code(report: Spoken, text: list[str], number: int, writer: Writer) -> Iterator[Spoken]:
    """The same code: elsewhere in the same year, and in the same area years before."""
    for what, area, year in (
        ("elsewhere", ELSEWHERE[number % len(ELSEWHERE)], report.year),
        ("before", report.area, report.year - 7),
    ):
        own = [*text[: len(text) // 10], *writer.sentences(len(text) * 10)]
        yield replace(
            report, truth=f"{what}-{number}", source=f"{area}-list", area=area, year=year, shape=what,
            pages=_printed(own, head=what), bytes=f"{what}-{number}", heading=f"{report.subject} {year}",
        )  # fmt: skip


def _joint(report: Spoken, _text: list[str], number: int, _writer: Writer) -> Iterator[Spoken]:
    """One review of two areas: each lists it as its own, one with a cover."""
    other = ELSEWHERE[number % len(ELSEWHERE)]
    yield replace(
        report, source=f"{other}-list", area=other, pages=("A joint review\n", *report.pages), shape="joint",
        bytes=f"joint-{number}", heading=f"Joint review: {report.subject}",
    )  # fmt: skip


def _update(report: Spoken, text: list[str], number: int, writer: Writer) -> Iterator[Spoken]:
    """A progress report a year later, on the same list, that repeats a third of the report."""
    own = [*text[: len(text) // 3], *writer.sentences(len(text) * 10)]
    yield replace(
        report, truth=f"update-{number}", year=report.year + 1, heading=f"{report.subject} progress report",
        pages=_printed(own, head="Progress"), bytes=f"update-{number}", shape="update", related=report.truth,
    )  # fmt: skip


def _anonymous(report: Spoken, _text: list[str], number: int, _writer: Writer) -> Iterator[Spoken]:
    """The charity lists a named review without its area, sometimes with a cover sheet."""
    pages = report.pages if number % 4 == 1 else (_cover(report), *report.pages)
    yield replace(
        report, source="charity", anonymous=True, area=None, heading=f"{report.year} - Anonymous - {report.subject}",
        pages=pages, bytes=report.bytes if number % 4 == 1 else f"anonymous-{number}", shape="anonymous",
    )  # fmt: skip


def _cover(report: Spoken) -> str:
    return (
        f"Title: Serious case review\nLSCB: {report.area}\nAuthor: A person\nDate of publication: {report.year}\n"
        "This report is kept in a national collection of case reviews."
    )


def _corrected(text: list[str], share: float, writer: Writer) -> list[str]:
    return [writer.sentence() if writer.chance.random() < share else one for one in text]


def _printed(text: Sequence[str], *, head: str, lines: int = PAGE_LINES, hyphens: bool = False) -> tuple[str, ...]:
    """Pages with a running head and numbers; with `hyphens`, long words are broken at the ends of lines."""
    words = " ".join(text).split()
    rows = [words[at : at + LINE_WORDS] for at in range(0, len(words), LINE_WORDS)]
    printed = [" ".join(row) for row in rows]
    if hyphens:
        printed = _hyphenated(printed)
    parts = [printed[at : at + lines] for at in range(0, len(printed), lines)]
    return tuple(
        "\n".join([head, *part, f"Page {number} of {len(parts)}"]) for number, part in enumerate(parts, start=1)
    )


def _hyphenated(lines: Sequence[str]) -> list[str]:
    """The last word of a line is broken in two when it is long enough."""
    found, carried = [], ""
    for line in lines:
        *start, last = (carried + line).split()
        carried = ""
        if len(last) > 5 and last.isalpha():
            last, carried = last[:3] + "-", last[3:] + " "
        found.append(" ".join([*start, last]))
    return [*found, carried.strip()] if carried else found
