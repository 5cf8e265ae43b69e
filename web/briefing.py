"""A starter for a seven-minute briefing as a Word document: the publisher's own words with their pages, and room.

Nothing is added: quotations are as found, headings without text are for a person. python-docx is imported when needed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.words import BASES, KINDS, ROLES, counted, stated_date
from store.views import LessonView, PublicationView
from web.words import web_address

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.text.paragraph import Paragraph

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE = "Seven-minute briefing: a starter"
STATEMENT = (
    "This is a starter, not a briefing. Everything in quotation marks is taken word for word from the documents, with "
    "its page; nothing was added by us. The quotations were found by rules, so some may be missing: read the document "
    "before you use them. The headings without text are for you to write."
)
BEFORE = ("1. Why this matters to us", "2. What happened")
AFTER = ("5. What went well", "6. What we will change", "7. Questions to talk about")
QUOTED = (("learning", "3. Learning", "learning point"), ("recommendation", "4. Recommendations", "recommendation"))
MOST_QUOTES = 100
LONGEST_QUOTE = 3000
LONGEST_TITLE = 500
LONGEST_NUMBER = 100
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Made:
    """For whom and when: the archive's address (no slash at its end) and the moment, in the readers' zone."""

    address: str
    at: datetime


def starter(publication: PublicationView, made: Made) -> bytes:
    """The document's bytes. The publication must be one that may be shown."""
    from docx import Document

    paper = Document()
    set_up(paper, TITLE)
    paper.add_heading(TITLE, level=0)
    paper.add_paragraph(STATEMENT)
    paper.add_heading(clean(publication.title, LONGEST_TITLE), level=1)
    _facts(paper, publication, made)
    for heading in BEFORE:
        _room(paper, heading)
    for kind, heading, name in QUOTED:
        _quotes(paper, publication, made, heading, [one for one in publication.lessons if one.kind == kind], name)
    for heading in AFTER:
        _room(paper, heading)
    written = BytesIO()
    paper.save(written)
    return written.getvalue()


def clean(text: str, longest: int) -> str:
    """One line that may stand in a document: no control characters, and an end that says that it was cut."""
    line = " ".join(_NOT_IN_XML.sub(" ", text).split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()} (cut)"


def set_up(paper: "Paper", title: str) -> None:
    """A4, British English, nothing about who made it."""
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    about = paper.core_properties
    about.author, about.language, about.comments = "reviewwatch", "en-GB", ""
    about.title = title
    for language in paper.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _facts(paper: "Paper", publication: PublicationView, made: Made) -> None:
    dated = stated_date(publication.published, publication.precision)
    basis = BASES.get(publication.basis, "")
    facts = {
        "Publisher": publication.publisher,
        "Published": f"{dated} ({basis})" if dated and basis else dated or "not stated",
        "What it is": KINDS.get(publication.kind, publication.kind),
        "Area": publication.area,
        "About": publication.subject,
    }
    for name, value in facts.items():
        if value:
            paper.add_paragraph(style="List Bullet").add_run(f"{name}: {clean(value, LONGEST_TITLE)}")
    if publication.status == "unlisted":
        paper.add_paragraph(style="List Bullet").add_run("No source lists it any more.")
    for address in dict.fromkeys(filter(None, (web_address(entry.url) for entry in publication.entries))):
        link(paper.add_paragraph("Listed at ", style="List Bullet"), urlsplit(address).netloc, address)
    link(paper.add_paragraph("In our archive: ", style="List Bullet"), "its page", _page(publication, made))
    paper.add_paragraph(f"Made on {stated_date(made.at.date(), 'day')}.", style="List Bullet")


def _page(publication: PublicationView, made: Made) -> str:
    return f"{made.address}/publications/{publication.id}"


def _room(paper: "Paper", heading: str) -> None:
    paper.add_heading(heading, level=2)
    paper.add_paragraph()


def _quotes(
    paper: "Paper", publication: PublicationView, made: Made, heading: str, found: Sequence[LessonView], name: str
) -> None:
    paper.add_heading(heading, level=2)
    for one in found[:MOST_QUOTES]:
        number = f"{clean(one.number, LONGEST_NUMBER)}. " if one.number else ""
        paragraph = paper.add_paragraph(f"{number}“{clean(one.text, LONGEST_QUOTE)}” ", style="List Bullet")
        where = f"{ROLES.get(one.role, 'Document')}, page {one.page}"
        link(paragraph, where, f"{made.address}/documents/{one.version}#page={one.page}")
    if not found:
        paper.add_paragraph(f"We found no {name} that can be quoted. Look into the document.")
    if len(found) > MOST_QUOTES:
        more = counted(len(found) - MOST_QUOTES, name)
        link(paper.add_paragraph(f"{more} more: ", style="List Bullet"), "all of them", _page(publication, made))
    paper.add_paragraph()


def link(paragraph: "Paragraph", text: str, address: str) -> None:
    """python-docx reads hyperlinks and writes none: this is the element of ECMA-376, part 1, 17.16.22."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    key = paragraph.part.relate_to(_NOT_IN_XML.sub("", address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), key)
    run = paragraph.add_run(clean(text, LONGEST_TITLE))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
