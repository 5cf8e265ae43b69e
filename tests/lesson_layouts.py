"""Recommendations as publishers print them: PDFs in several layouts, each with what stands on which page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from samples.texts import METHODS, OBSERVATIONS, OUTCOMES, SERVICES, STRENGTHS, THEMES

WIDTH, HEIGHT = A4
LEFT, TOP, BOTTOM = 70.0, HEIGHT - 90, 70.0
FULL = WIDTH - 2 * LEFT
SIZE, LEADING = 11, 15
TEXTS = [text for theme in THEMES.values() for text in theme.recommendations]
HEADINGS = (
    "Recommendations", "7. Recommendations", "Recommendations for the partnership", "RECOMMENDATIONS",
    "Conclusions and recommendations", "Multi-agency recommendations", "6 Learning and Recommendations",
)  # fmt: skip


@dataclass
class Printed:
    """A PDF that is being written from the top of each page down; a paragraph may go on over the end of a page."""

    buffer: BytesIO = field(default_factory=BytesIO)
    page: int = 1
    y: float = TOP

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1)

    def turn(self) -> None:
        self.canvas.setFont("Helvetica", 8)
        self.canvas.drawString(LEFT, HEIGHT - 50, "Child safeguarding practice review")
        self.canvas.drawString(LEFT, 40, f"Page {self.page}")
        self.canvas.showPage()
        self.page, self.y = self.page + 1, TOP

    def heading(self, text: str) -> None:
        if self.y < BOTTOM + 6 * LEADING:
            self.turn()
        self.y -= 10
        self._line(text, LEFT, "Helvetica-Bold", 15)
        self.y -= 6

    def paragraph(self, text: str, left: float = LEFT, width: float = FULL, *, bold: bool = False) -> int:
        """The page on which it begins."""
        first = 0
        for line in simpleSplit(text, "Helvetica", SIZE, width):
            if self.y < BOTTOM:
                self.turn()
            first = first or self.page
            self._line(line, left, "Helvetica-Bold" if bold else "Helvetica", SIZE)
        self.y -= 7
        return first

    def _line(self, text: str, left: float, font: str, size: int) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(left, self.y, text)
        self.y -= LEADING

    def done(self) -> bytes:
        self.turn()
        self.canvas.save()
        return self.buffer.getvalue()


Known = list[tuple[int, str]]
"""Of each recommendation the page on which it begins, and its words."""
Layout = Callable[[Printed, Sequence[str]], Known]


def _named(sheet: Printed, texts: Sequence[str]) -> Known:
    return [(sheet.paragraph(f"Recommendation {n}: {text}"), text) for n, text in enumerate(texts, start=1)]


def _numbered(sheet: Printed, texts: Sequence[str]) -> Known:
    return [(sheet.paragraph(f"{n}. {text}"), text) for n, text in enumerate(texts, start=1)]


def _by_section(sheet: Printed, texts: Sequence[str]) -> Known:
    return [(sheet.paragraph(f"7.{n} {text}"), text) for n, text in enumerate(texts, start=1)]


def _short_names(sheet: Printed, texts: Sequence[str]) -> Known:
    return [(sheet.paragraph(f"R{n}. {text}"), text) for n, text in enumerate(texts, start=1)]


def _in_words(sheet: Printed, texts: Sequence[str]) -> Known:
    numbers = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
    found = []
    for number, text in zip(numbers, texts, strict=False):
        sheet.paragraph(f"Recommendation {number}", bold=True)
        found.append((sheet.paragraph(text), text))
    return found


def _bullets(sheet: Printed, texts: Sequence[str]) -> Known:
    return [(sheet.paragraph(f"\N{BULLET} {text}", LEFT + 14, FULL - 14), text) for text in texts]


def _boxes(sheet: Printed, texts: Sequence[str]) -> Known:
    """A frame with the name as its own line."""
    found = []
    for number, text in enumerate(texts, start=1):
        if sheet.y < BOTTOM + 8 * LEADING:
            sheet.turn()
        top = sheet.y + LEADING
        sheet.paragraph(f"Recommendation {number}", LEFT + 8, bold=True)
        found.append((sheet.paragraph(text, LEFT + 8, FULL - 16), text))
        sheet.canvas.rect(LEFT, sheet.y + 6, FULL, top - sheet.y - 4)
        sheet.y -= 12
    return found


def _table(sheet: Printed, texts: Sequence[str]) -> Known:
    """Number, recommendation, who leads, by when: cell after cell, as word processors write them."""
    found = []
    columns = (LEFT, LEFT + 40, LEFT + 310, LEFT + 400)
    _row(sheet, columns, ("No.", "Recommendation", "Lead", "By when"))
    for number, text in enumerate(texts, start=1):
        if sheet.y < BOTTOM + 8 * LEADING:
            sheet.turn()
        found.append((sheet.page, text))
        _row(sheet, columns, (str(number), text, SERVICES[number % 6].removeprefix("The ").capitalize(), "March 2026"))
    return found


def _row(
    sheet: Printed,
    columns: Sequence[float],
    cells: Sequence[str],
    widths: Sequence[float] = (30.0, 255.0, 80.0, 70.0),
) -> None:
    top, lowest = sheet.y, sheet.y
    for left, width, cell in zip(columns, widths, cells, strict=True):
        sheet.y = top
        sheet.paragraph(cell, left, width)
        lowest = min(lowest, sheet.y)
    sheet.y = lowest


def _columns(sheet: Printed, texts: Sequence[str]) -> Known:
    """Two columns, the left one to its end and then the right one."""
    sheet.turn()
    sheet.heading("Recommendations")
    top, half, found = sheet.y, len(texts) // 2, []
    for left, part, first in ((LEFT, texts[:half], 1), (LEFT + FULL / 2 + 10, texts[half:], half + 1)):
        sheet.y = top
        found += [
            (sheet.paragraph(f"{n}. {text}", left, FULL / 2 - 10), text) for n, text in enumerate(part, start=first)
        ]
    sheet.turn()
    return found


def _repeated(sheet: Printed, texts: Sequence[str]) -> Known:
    """In full in the summary at the front, and again at the end."""
    sheet.heading("Executive summary")
    sheet.paragraph(f"{STRENGTHS[0]} {OUTCOMES[3]}")
    sheet.heading("Recommendations")
    found = _numbered(sheet, texts)
    _prose(sheet, 3)
    sheet.heading("Recommendations")
    _named(sheet, texts)
    return found


def _after_learning(sheet: Printed, texts: Sequence[str]) -> Known:
    """Chapter by chapter: a learning point, the recommendation in a frame, why it matters, questions for the board."""
    found = []
    for number, text in enumerate(texts, start=1):
        sheet.heading(f"Finding {number}: what the review found")
        sheet.paragraph(
            f"Learning point {number}: {OBSERVATIONS[number].capitalize()} and nobody asked about it again."
        )
        sheet.paragraph(f"Recommendation {number}:", LEFT + 8, bold=True)
        found.append((sheet.paragraph(text, LEFT + 8, FULL - 16), text))
        sheet.paragraph("Why this matters", bold=True)
        sheet.paragraph(f"{OUTCOMES[number % len(OUTCOMES)]} {STRENGTHS[number % len(STRENGTHS)]}")
        sheet.paragraph("Questions for the Board", bold=True)
        for asked in ("How will the board know that this has changed?", "Who should tell families about it?"):
            sheet.paragraph(f"\N{BULLET} {asked}", LEFT + 14, FULL - 14)
    return found


def _by_agency(sheet: Printed, texts: Sequence[str]) -> Known:
    """Whom they are for as headings of their own, and the numbers begin anew under each."""
    found = []
    for agency, start in (("For the Safeguarding Partnership", 0), ("Health services", 2), ("For the police:", 4)):
        sheet.paragraph(agency, bold=True)
        part = texts[start : start + 2] if start < 4 else texts[start:]
        found += [(sheet.paragraph(f"{n}. {text}"), text) for n, text in enumerate(part, start=1)]
    return found


def _addressed(sheet: Printed, texts: Sequence[str]) -> Known:
    """Whom each is for behind its number, in the ways in which this is printed."""
    to = ("(Police)", "(for the partnership and its schools)", "for Health")
    return [
        (sheet.paragraph(f"Recommendation {n} {to[n % len(to)]}: {text}"), text)
        for n, text in enumerate(texts, start=1)
    ]


def _without_numbers(sheet: Printed, texts: Sequence[str]) -> Known:
    """Among the text, with nothing but their name."""
    found = []
    for at, text in enumerate(texts):
        sheet.paragraph(f"{SERVICES[at % len(SERVICES)]} {OBSERVATIONS[at]}. {OUTCOMES[at % len(OUTCOMES)]}")
        found.append((sheet.paragraph(f"Recommendation: {text}", bold=at % 2 == 0), text))
    return found


def _with_parts(sheet: Printed, texts: Sequence[str]) -> Known:
    """A sentence that its own bullets complete, which are one recommendation."""
    found = []
    for number, text in enumerate(texts, start=1):
        parts = "\N{BULLET} look at ten cases each year; and|\N{BULLET} tell the board what it found."
        first = sheet.paragraph(f"{number}. {text}") if number % 2 else 0
        if first:
            found.append((first, text))
            continue
        stem = f"The partnership should, with all {number} of its districts:"
        first = sheet.paragraph(f"{number}. {stem}")
        for part in parts.split("|"):
            sheet.paragraph(part, LEFT + 14, FULL - 14)
        found.append((first, f"{stem} {parts.replace('|', ' ')}"))
    return found


def _action_plan(sheet: Printed, texts: Sequence[str]) -> Known:
    """The table of an action plan: what is to be done stands beside each recommendation."""
    found = []
    columns, widths = (LEFT, LEFT + 40, LEFT + 220, LEFT + 330, LEFT + 400), (30.0, 170.0, 100.0, 60.0, 60.0)
    _row(sheet, columns, ("Ref", "Recommendation", "Action", "Owner", "Timescale"), widths)
    for number, text in enumerate(texts, start=1):
        if sheet.y < BOTTOM + 12 * LEADING:
            sheet.turn()
        found.append((sheet.page, text))
        owner = SERVICES[number % 6].removeprefix("The ").capitalize()
        _row(sheet, columns, (f"{number}", text, "Training for all teams", owner, "March 2026"), widths)
    return found


LAYOUTS: dict[str, Layout] = {
    "named": _named, "numbered": _numbered, "by_section": _by_section, "short_names": _short_names,
    "in_words": _in_words, "bullets": _bullets, "boxes": _boxes, "table": _table, "columns": _columns,
    "repeated": _repeated, "after_learning": _after_learning, "by_agency": _by_agency, "addressed": _addressed,
    "without_numbers": _without_numbers, "with_parts": _with_parts, "action_plan": _action_plan,
}  # fmt: skip


def reports() -> Iterator[tuple[str, bytes, Known]]:
    """Each layout in three reports of different length, so that pages end in different places."""
    for at, (name, layout) in enumerate(LAYOUTS.items()):
        for variant in range(3):
            start = (5 * at + 7 * variant) % len(TEXTS)
            texts = [TEXTS[(start + step) % len(TEXTS)] for step in range(6 + variant)]
            yield f"{name}-{variant}", *_report(layout, texts, 2 + variant, HEADINGS[(at + variant) % len(HEADINGS)])


def _report(layout: Layout, texts: Sequence[str], prose: int, heading: str) -> tuple[bytes, Known]:
    sheet = Printed()
    sheet.heading("Child safeguarding practice review")
    sheet.turn()
    sheet.heading("Contents")
    for name, page in (("Introduction", 3), ("Findings", 4), ("Recommendations", 6), ("Appendix", 9)):
        sheet.paragraph(f"{name} {'.' * 40} {page}")
    sheet.turn()
    _prose(sheet, prose)
    if layout not in (_columns, _repeated):
        sheet.heading(heading)
        sheet.paragraph("The review makes the following recommendations, which the partnership has accepted in full.")
    known = layout(sheet, texts)
    sheet.heading("Conclusion")
    sheet.paragraph("The recommendations of this review will be followed up. Services should not have closed the case.")
    _prose(sheet, 1)
    return sheet.done(), known


def _prose(sheet: Printed, chapters: int) -> None:
    for chapter in range(chapters):
        sheet.heading(f"Finding {chapter + 1}: what was known")
        for step in range(9):
            at = 11 * chapter + 3 * step
            told = f"{SERVICES[at % len(SERVICES)]} {OBSERVATIONS[at % len(OBSERVATIONS)]}."
            sheet.paragraph(f"{told} {OUTCOMES[(at + 2) % len(OUTCOMES)]} {METHODS[step % len(METHODS)]}")
