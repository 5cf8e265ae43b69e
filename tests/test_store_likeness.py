"""How alike two texts are, whatever a re-poster or a printer adds."""

import random

import pytest

from store import likeness
from tests.corpus import Writer

WRITER = Writer(random.Random(3))
TEXT = WRITER.sentences(800)
COVER = "Title: A review\nLSCB: Exampleshire\nAuthor: A person\nDate of publication: 2026\nKept in a collection."


def pages(sentences: list[str], lines: int = 30, head: str = "") -> list[str]:
    words = " ".join(sentences).split()
    rows = [" ".join(words[at : at + 10]) for at in range(0, len(words), 10)]
    parts = [rows[at : at + lines] for at in range(0, len(rows), lines)]
    return ["\n".join([head, *part, f"Page {number}"]) for number, part in enumerate(parts, start=1)]


def common(one: list[str], other: list[str]) -> float:
    return likeness.compare(likeness.main_text(one), likeness.main_text(other)).common


@pytest.mark.parametrize(
    "copy",
    [
        [COVER, *pages(TEXT)],
        pages(TEXT, lines=17, head="Overview report"),
        [page.replace("a", "A") for page in pages(TEXT)],
        [page.replace(" ", "  ") for page in pages(TEXT)],
    ],
    ids=["cover sheet", "other pages", "capitals", "spaces"],
)
def test_what_is_not_the_texts_own_does_not_count(copy: list[str]) -> None:
    assert common(pages(TEXT), copy) > 0.95


def test_hyphens_do_not_count_wherever_a_line_ends() -> None:
    assert likeness.main_text(["A multi-agency meet-\ning was held."]) == likeness.main_text(
        ["A multi-\nagency meeting was held"]
    )


def test_a_signature_is_the_same_every_time_and_tells_the_share_in_common() -> None:
    half = [*TEXT[: len(TEXT) // 2], *WRITER.sentences(400)]
    words, others = likeness.main_text(pages(TEXT)), likeness.main_text(pages(half))
    one, again, other = likeness.sign(words), likeness.sign(words), likeness.sign(others)
    assert one
    assert one == again
    assert other
    assert abs(likeness.estimate(one.digest, other.digest) - likeness.compare(words, others).common) < 0.15
    assert len(one.marks) == likeness.MARKS


def test_a_summary_stands_in_its_report() -> None:
    found = likeness.compare(likeness.main_text([" ".join(TEXT)]), likeness.main_text([" ".join(TEXT[:10])]))
    assert found.contained == 1.0
    assert found.common < 0.3


def test_a_short_text_tells_nothing() -> None:
    assert likeness.sign(b" children" * (likeness.SHORTEST - 1)) is None
    assert likeness.compare(b"", b"").common == 0.0
