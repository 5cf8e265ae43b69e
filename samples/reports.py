"""The documents of the story: invented reviews, written as reports, briefings and responses, and later versions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zlib import crc32

from samples.cases import CASES, Case
from samples.office import make_docx, make_pptx
from samples.page import DOCX, FIRST_DAY, PDF, PPTX, date_words
from samples.pdf import Sheet, make_pdf
from samples.texts import METHODS, OBSERVATIONS, OPENINGS, OUTCOMES, SERVICES, STRENGTHS, THEMES

VERSIONS: dict[str, tuple[int, str]] = {
    "case-v/overview_report": (2, "corrected"),
    "teal/overview_report": (3, "redacted"),
    "early-help-briefing/overview_report": (5, "corrected"),
}
"""file -> (the day from which the next version is served, what was done to it)"""

SLIPS = (("recieved", "received"), ("agences", "agencies"))
"""The two slips of a first version, and the words that a corrected version has in their place."""

NAMED_WORKER = "Maren Holt"
"""The name that the first version of one report gives away and the redacted version no longer holds."""
_NAMED = (
    f"The support worker, {NAMED_WORKER}, visited the family twice a week and raised her concern in writing.",
    "The family lived close to the primary school in Lower Teal Lane, where the younger child had started in spring.",
)


_PAGES_BEFORE_FINDINGS = 4
_ABOUT_MANY = {"govuk", "panel", "inspectorate"}
"""Publishers whose reports are not about one child or family."""


@dataclass(frozen=True)
class Document:
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Recommendation:
    number: int
    text: str
    page: int
    """The page of the PDF, counted from 1."""


def version(file: str, day: int) -> str:
    """Which version of a file is served that day: "first", "corrected" or "redacted"."""
    since, name = VERSIONS.get(file, (0, "first"))
    return name if day >= since else "first"


def document(file: str, day: int, first_day: date = FIRST_DAY) -> Document:
    """The document `<review>/<role>` as served that day. KeyError for a review or role that the story does not have."""
    return _document(file, version(file, day), first_day)


def recommendations(review: str) -> tuple[Recommendation, ...]:
    """The numbered recommendations of a review's overview report, with the page each stands on."""
    case = CASES[review]
    texts = [text for theme in case.themes for text in THEMES[theme].recommendations]
    first = _PAGES_BEFORE_FINDINGS + len(case.themes) + 2
    return tuple(Recommendation(n, text, first + (n - 1) // 2) for n, text in enumerate(texts, start=1))


@lru_cache(maxsize=512)
def _document(file: str, version_name: str, first_day: date) -> Document:
    review, role = file.split("/")
    return _MAKERS[role](CASES[review], version_name, first_day)


def _overview(case: Case, version_name: str, first_day: date) -> Document:
    when = date_words(first_day + timedelta(days=case.published))["month_year"]
    cover = Sheet(case.title, (case.publisher_name, when), cover=True)
    sheets = [cover, _contents(case), *_opening(case), *_findings(case, version_name), _strengths(case)]
    sheets += [*_recommendation_sheets(case), _method(case)]
    return Document(make_pdf(sheets, case.title, case.publisher_name), PDF)


def _contents(case: Case) -> Sheet:
    findings = len(case.themes)
    rows = [("About this review", 3), ("What happened", 4)]
    rows += [(f"Finding {n}", _PAGES_BEFORE_FINDINGS + n) for n in range(1, findings + 1)]
    rows += [
        ("What worked well", _PAGES_BEFORE_FINDINGS + findings + 1),
        ("Recommendations", recommendations(case.ref)[0].page),
    ]
    return Sheet("Contents", tuple(f"{name} - page {page}" for name, page in rows))


def _opening(case: Case) -> list[Sheet]:
    purpose, manner = _picks(OPENINGS, case)
    names = () if case.publisher in _ABOUT_MANY else (f"The name {case.subject} is not the real name.",)
    about = Sheet("About this review", (purpose, *names, manner))
    happened = (case.circumstance, f"At the time, {len(case.themes) + 3} services were in touch with the family.")
    return [about, Sheet("What happened", happened)]


def _findings(case: Case, version_name: str) -> list[Sheet]:
    sheets = []
    for number, name in enumerate(case.themes, start=1):
        theme = THEMES[name]
        extra = _version_paragraphs(case, version_name) if number == 1 else ()
        paragraphs = (*theme.paragraphs, *extra, *_evidence(case, number), _closing(case))
        sheets.append(Sheet(f"Finding {number}: {theme.finding}", paragraphs))
    return sheets


def _evidence(case: Case, number: int) -> tuple[str, ...]:
    """What the records showed; it makes two reviews with one theme read differently."""
    paragraphs = []
    for step in range(10 * number, 10 * number + 6):
        told = f"{_pick(SERVICES, case, step)} {_pick(OBSERVATIONS, case, 3 * step)}."
        paragraphs.append(f"{told} {_pick(OUTCOMES, case, 5 * step)}")
    return tuple(paragraphs)


def _closing(case: Case) -> str:
    if case.publisher in _ABOUT_MANY:
        return "Local reviews returned to this point more than once."
    return f"For {case.subject}, this meant that chances to understand daily life were missed."


def _version_paragraphs(case: Case, version_name: str) -> tuple[str, ...]:
    """What differs between the versions of a file: two slips, or a name and a paragraph."""
    later = next((name for file, (_, name) in VERSIONS.items() if file == f"{case.ref}/overview_report"), "")
    slips = "The referral was recieved on the same day. The agences involved met within the week."
    if later == "redacted":
        return () if version_name == later else _NAMED
    if later == "corrected":
        return (_correct(slips) if version_name == later else slips,)
    return ()


def _correct(text: str) -> str:
    for wrong, right in SLIPS:
        text = text.replace(wrong, right)
    return text


def _strengths(case: Case) -> Sheet:
    return Sheet("What worked well", _picks(STRENGTHS, case))


def _recommendation_sheets(case: Case) -> list[Sheet]:
    rows = recommendations(case.ref)
    sheets = []
    for page in sorted({row.page for row in rows}):
        texts = tuple(f"Recommendation {row.number}: {row.text}" for row in rows if row.page == page)
        sheets.append(Sheet("Recommendations", texts))
    return sheets


def _method(case: Case) -> Sheet:
    return Sheet("How this review was carried out", _picks(METHODS, case))


def _pick(texts: list[str], case: Case, step: int) -> str:
    """One of several texts, always the same one for a review and a step."""
    return texts[crc32(f"{case.ref} {step}".encode()) % len(texts)]


def _picks(texts: list[str], case: Case) -> tuple[str, str]:
    """Two texts that follow one another in the list."""
    first = crc32(case.ref.encode())
    return texts[first % len(texts)], texts[(first + 1) % len(texts)]


def _summary(case: Case, _version: str, _first_day: date) -> Document:
    points = tuple(THEMES[name].finding + "." for name in case.themes)
    sheets = [Sheet(f"{case.subject}: executive summary", (case.circumstance, *points)), *_recommendation_sheets(case)]
    return Document(make_pdf(sheets, f"{case.subject}: executive summary", case.publisher_name), PDF)


def _briefing(case: Case, _version: str, _first_day: date) -> Document:
    points = [THEMES[name].finding for name in case.themes] + [
        text for name in case.themes for text in THEMES[name].recommendations
    ]
    lines = tuple(f"{number}. {point}" for number, point in enumerate(points[:7], start=1))
    sheet = Sheet(f"{case.subject}: learning on one page", (case.circumstance, *lines))
    return Document(make_pdf([sheet], f"{case.subject}: learning on one page", case.publisher_name), PDF)


def _response_lines(case: Case) -> tuple[str, ...]:
    return tuple(f"Recommendation {row.number} is accepted. {row.text}" for row in recommendations(case.ref))


def _response(case: Case, _version: str, _first_day: date) -> Document:
    return Document(
        make_docx(f"{case.publisher_name}: response to the review of {case.subject}", _response_lines(case)), DOCX
    )


def _slides(case: Case, _version: str, _first_day: date) -> Document:
    return Document(make_pptx(f"Learning from the review of {case.subject}", _response_lines(case)), PPTX)


def _statement(case: Case, _version: str, _first_day: date) -> Document:
    words = (
        "The partnership thanks all who took part. It accepts the findings and will report on its actions in a year."
    )
    sheet = Sheet(f"Statement on the review of {case.subject}", (words,))
    return Document(make_pdf([sheet], f"Statement: {case.subject}", case.publisher_name), PDF)


_MAKERS: dict[str, Callable[[Case, str, date], Document]] = {
    "overview_report": _overview,
    "executive_summary": _summary,
    "learning_brief": _briefing,
    "response": _response,
    "slides": _slides,
    "statement": _statement,
}
