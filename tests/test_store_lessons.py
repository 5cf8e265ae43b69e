"""Recommendations and learning points in a text: the rules one by one, and measured on the samples' reports."""

from pathlib import Path

import pytest

from samples.cases import CASES
from samples.reports import document, recommendations
from store.lessons import Found, LessonKind, find_lessons
from store.text import Extractor
from tests.lesson_layouts import reports

RECOMMENDATION, LEARNING = LessonKind.RECOMMENDATION, LessonKind.LEARNING


def told(*pages: str) -> list[tuple[str, int, str]]:
    return [(one.number, one.page, one.text) for one in find_lessons(pages)]


@pytest.mark.parametrize(
    "line",
    [
        "Recommendation 1: The partnership should ask who lives there.",
        "Recommendation 1 - The partnership should ask who lives there.",
        "RECOMMENDATION 1. The partnership should ask who lives there.",
        "Recommendation 1 The partnership should ask who lives there.",
        "Recommendation 1\nThe partnership should ask\nwho lives there.",
        "Key recommendation no. 1: The partnership should ask\nwho lives there.",
    ],
)
def test_a_line_that_names_itself(line: str) -> None:
    assert told("Front page", line) == [("1", 2, "The partnership should ask who lives there.")]


@pytest.mark.parametrize(
    "text",
    [
        "Recommendation 1 is accepted. The partnership will act.",
        "Recommendations ........ 8",
        "Recommendation 1: neglect - page 8",
        "Learning a new way of working takes time and trust.",
        "The partnership should have known that the family had moved.",
        "The review makes recommendations to all agencies in the area.",
        "Recommendation 3:",
        "Recommendation 1 (accepted). The partnership will act.",
        "Recommendation 2 (see page 9): The partnership has agreed to it.",
        "Recommendation: accepted in full by all agencies.",
        "Learning: What we found in the records of the family",
        "Recommendations\nThe role of the police\nOfficers came twice. They should have been asked why.",
    ],
)
def test_what_only_speaks_of_recommendations(text: str) -> None:
    assert told(text) == []


def test_lists_under_a_heading_until_the_next_heading() -> None:
    page = """7. Recommendations
1. Health services should share what they know
of the family at once.
• Schools must say who leads.
The council should report in a year.
What happens now is set out in the plan that follows this page of the report.
8. Conclusion
1. The child was seen often."""
    assert told(page) == [
        ("1", 1, "Health services should share what they know of the family at once."),
        ("", 1, "Schools must say who leads."),
        ("", 1, "The council should report in a year."),
    ]


def test_sections_by_agency_go_on_until_another_heading() -> None:
    page = """Conclusions and recommendations
For the Safeguarding Partnership
1. Each service should write down what the child says.
8.2 Police
8.2.1 Officers should ask who else lives there.
Appendix
1. Officers should be named in this list of people."""
    assert told(page) == [
        ("1", 1, "Each service should write down what the child says."),
        ("8.2.1", 1, "Officers should ask who else lives there."),
    ]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Recommendation 4 (Police): Officers should ask who else lives there.", "4 (Police)"),
        ("Recommendation 4 for Health Services: Officers should ask who else lives there.", "4 for Health Services"),
        ("Recommendation 4 (all agencies)\nOfficers should ask who else lives there.", "4 (all agencies)"),
        ("Recommendation: Officers should ask who else lives there.", ""),
        ("Key recommendation – Officers should ask who else lives there.", ""),
    ],
)  # fmt: skip
def test_for_whom_it_is_and_without_a_number(line: str, number: str) -> None:
    assert told(line) == [(number, 1, "Officers should ask who else lives there.")]


def test_a_sentence_goes_on_in_its_parts() -> None:
    page = """Recommendations
1. The partnership should:
• ask who lives in the home; and
• write it down.
2. Partners should agree that staff must:
(a) meet in the same week,
asked or not; and
(b) tell the family.
The review makes these recommendations, which all should read:
• Schools should ask who leads.
• Nurseries should ask who leads."""
    assert told(page) == [
        ("1", 1, "The partnership should: • ask who lives in the home; and • write it down."),
        (
            "2",
            1,
            "Partners should agree that staff must: (a) meet in the same week, asked or not; and (b) tell the family.",
        ),
        ("", 1, "Schools should ask who leads."),
        ("", 1, "Nurseries should ask who leads."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Recommendations\n1. " + "should " * 40_000 + ":\n• ask.",
        "Recommendations\n" + "the and " * 40_000,
        "Recommendation 1 for " + "a, " * 40_000,
        "Recommendation 1 (" + "a " * 40_000,
        "Recommendations\n" + "For the board\n1. " * 5_000,
    ],
)
def test_hostile_text_ends_soon(text: str) -> None:
    assert len(told(text)) <= 1


def test_a_long_one_is_one() -> None:
    page = "Recommendations\n1. " + "\n".join(["The board should look again at what was said and done then, and"] * 20)
    (one,) = find_lessons([page + " end."])
    assert one.text.endswith("…")


def test_learning_points() -> None:
    page = (
        "Learning point 2: Ask twice, because the first answer may be a guard.\nKey learning\n• Fathers were not seen."
    )
    assert find_lessons([page]) == [
        Found(LEARNING, "2", 1, "Ask twice, because the first answer may be a guard."),
        Found(LEARNING, "", 1, "Fathers were not seen."),
    ]


def test_over_the_page_and_twice() -> None:
    first = "Recommendation 1: Each service should write down what the\nchild said and"
    second = "what it did about it.\nRecommendation 2: Every team should ask again."
    again = "Recommendation 2: Every team should ask again."
    assert told(first, second, again) == [
        ("1", 1, "Each service should write down what the child said and what it did about it."),
        ("2", 2, "Every team should ask again."),
    ]


def test_sentences_about_bodies_only_where_nothing_is_named() -> None:
    sentence = "The safeguarding partnership should agree one form."
    assert told(f"It was late. {sentence} Nobody did.") == [("", 1, sentence)]
    assert told(f"It was late. {sentence}", "Recommendation 1: Schools should ask again.") == [
        ("1", 2, "Schools should ask again.")
    ]
    assert told("\n".join(f"The board should do thing {number} soon." for number in range(20))) == []


def test_long_ones_are_cut_at_a_sentence() -> None:
    assert find_lessons(["", " \n", ". " * 50_000]) == []
    (long,) = find_lessons(["Recommendation 1: " + "Every agency should look again at this one. " * 40])
    assert len(long.text) <= 700
    assert long.text.endswith("one.")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, Found]], dict[str, str]]:
    """All that is called a recommendation in the samples' PDFs, and by review the text of all its documents."""
    path = tmp_path_factory.mktemp("reports") / "report.pdf"
    found: list[tuple[str, Found]] = []
    pages: dict[str, str] = {}
    with Extractor() as extractor:
        for review in CASES:
            for role in ("overview_report", "executive_summary", "learning_brief", "statement"):
                path.write_bytes(document(f"{review}/{role}", 1).body)
                texts = extractor.extract(path, "application/pdf").pages
                found += [(f"{review}/{role}", one) for one in find_lessons(texts) if one.kind is RECOMMENDATION]
                pages |= {f"{review}/{role} {number}": " ".join(t.split()) for number, t in enumerate(texts, 1)}
    return found, pages


def test_precision_and_recall(measured: tuple[list[tuple[str, Found]], dict[str, str]]) -> None:
    found, _ = measured
    known = {review: {one.text for one in recommendations(review)} for review in CASES}
    right = sum(one.text in known[file.split("/")[0]] for file, one in found)
    assert right / len(found) >= 0.95
    wanted = {(f"{ref}/overview_report", str(r.number), r.page, r.text) for ref in CASES for r in recommendations(ref)}
    got = {(file, one.number, one.page, one.text) for file, one in found}
    assert len(wanted & got) / len(wanted) >= 0.90


def test_precision_and_recall_in_every_layout(tmp_path: Path) -> None:
    """Lists, tables, boxes, columns, split over a page's end, and said twice: page and words must both be right."""
    path = tmp_path / "report.pdf"
    right, named, known_ = 0, 0, 0
    misses: list[tuple[str, int, str]] = []
    with Extractor() as extractor:
        for name, body, known in reports():
            path.write_bytes(body)
            lessons = find_lessons(extractor.extract(path, "application/pdf").pages)
            found = {(one.page, one.text) for one in lessons if one.kind is RECOMMENDATION}
            right, named, known_ = right + len(found & set(known)), named + len(found), known_ + len(known)
            misses += [(name, *one) for one in found ^ set(known)]
    assert right / named >= 0.98, misses
    assert right / known_ >= 0.98, misses


def test_a_table_without_full_stops_and_a_number_alone() -> None:
    page = """Ref Recommendation Agency Timescale
1
Schools should ask who leads the plan.
School June
R2 The board should see the plan
again within a year.
Board July
7 The council should not be read as a row.
Conclusion
All services should be thanked by everybody."""
    assert told(page) == [
        ("1", 1, "Schools should ask who leads the plan."),
        ("2", 1, "The board should see the plan again within a year."),
    ]


def test_all_is_quoted_from_its_page(measured: tuple[list[tuple[str, Found]], dict[str, str]]) -> None:
    found, pages = measured
    assert [one for file, one in found if one.text not in pages[f"{file} {one.page}"]] == []
