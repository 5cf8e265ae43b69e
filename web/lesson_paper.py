"""Lessons that were searched for as a Word document: each quoted with its page and a link, by publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from alerts.words import ROLES, counted, stated_date
from store.lesson_rows import Quoted
from web.briefing import LONGEST_NUMBER, LONGEST_QUOTE, LONGEST_TITLE, Made, clean, link, set_up
from web.words import LESSONS

if TYPE_CHECKING:
    from docx.document import Document as Paper

TITLE = "Lessons from published reviews"
STATEMENT = (
    "Everything in quotation marks is taken word for word from the documents, with its page. The quotations were found "
    "by rules, so some may be missing: read the document before you use them."
)
MOST = 500


@dataclass(frozen=True)
class What:
    """What was asked for: its words, in words each filter, how many there are, and where they can be looked up."""

    words: str
    filters: tuple[str, ...]
    total: int
    address: str


def collection(found: Sequence[Quoted], what: What, made: Made) -> bytes:
    """The document's bytes; `found` as they were found, one publication's after the other's."""
    from docx import Document

    paper = Document()
    set_up(paper, TITLE)
    paper.add_heading(TITLE, level=0)
    paper.add_paragraph(STATEMENT)
    _about(paper, what, made)
    for _, lessons in groupby(found, lambda one: one.publication):
        _publication(paper, list(lessons), made)
    if what.total > len(found):
        link(paper.add_paragraph(f"{counted(what.total - len(found), 'lesson')} more: "), "all of them", what.address)
    written = BytesIO()
    paper.save(written)
    return written.getvalue()


def _about(paper: "Paper", what: What, made: Made) -> None:
    words = (f"Words: {what.words}",) if what.words else ()
    for said in (*words, *what.filters):
        paper.add_paragraph(clean(said, LONGEST_TITLE), style="List Bullet")
    paper.add_paragraph(
        f"{counted(what.total, 'lesson')}, on {stated_date(made.at.date(), 'day')}.", style="List Bullet"
    )
    link(paper.add_paragraph("In our archive: ", style="List Bullet"), "the same search", what.address)


def _publication(paper: "Paper", lessons: Sequence[Quoted], made: Made) -> None:
    first = lessons[0]
    paper.add_heading(clean(first.title, LONGEST_TITLE), level=2)
    dated = stated_date(first.published, first.precision)
    line = paper.add_paragraph(clean(", ".join(filter(None, (first.publisher, dated))), LONGEST_TITLE) + ". ")
    link(line, "Its page", f"{made.address}/publications/{first.publication}")
    for one in lessons:
        number = f" {clean(one.number, LONGEST_NUMBER)}" if one.number else ""
        name = f"{LESSONS.get(one.kind, one.kind)}{number}: "
        quoted = paper.add_paragraph(f"{name}“{clean(one.text, LONGEST_QUOTE)}” ", style="List Bullet")
        where = f"{ROLES.get(one.role, 'Document')}, page {one.page}"
        link(quoted, where, f"{made.address}/documents/{one.version}#page={one.page}")
