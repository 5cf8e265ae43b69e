"""The page of one review, to which a list only leads: what it adds to what the list said."""

from collections.abc import Sequence

from spiders.parsing.entries import Reader, abstract_of, entry_hash, published_of
from spiders.parsing.lines import Line
from spiders.parsing.structure import Block
from spiders.parsing.subjects import subject_of
from spiders.parsing.text import plain
from store.reading import DocumentRole, LeftOut, SeenDocument, SeenEntry, StatedDate


def child_entry(reader: Reader, lines: Sequence[Line], title: str, entry: SeenEntry) -> SeenEntry:
    """The list's entry with the documents, date and abstract of its own page.

    A page without documents is the review itself, published as a web page.
    """
    block = Block(entry.heading, _own_lines(reader, lines, entry), titled=True)
    documents = reader.documents([block], entry.kind) or (_page_itself(reader.page, title),)
    return entry.model_copy(
        update={
            "detail_page": reader.page,
            "title": title if subject_of(title) else entry.title or title,
            "published": entry.published or _published(block, lines),
            "abstract": abstract_of([block]) or entry.abstract,
            "documents": documents,
            "content_hash": entry_hash("", documents),
            "subject": entry.subject or subject_of(title),
        }
    )


def _own_lines(reader: Reader, lines: Sequence[Line], entry: SeenEntry) -> list[Line]:
    """The page's lines without links that name another review: they are said to be left out."""
    mine = plain(entry.subject or subject_of(entry.heading))
    kept = []
    for line in lines:
        strange = [a for a in line.anchors if mine and _names_another(a.label.text, mine)]
        reader.left_out += [
            LeftOut(text=a.label.text, url=a.url, reason=f"of another review than {entry.heading}") for a in strange
        ]
        kept.append(
            Line(line.node, line.text, line.level, tuple(a for a in line.anchors if a not in strange), line.times)
        )
    return kept


def _names_another(text: str, mine: str) -> bool:
    named = plain(subject_of(text))
    return bool(named) and named not in mine and mine not in named


def _published(block: Block, lines: Sequence[Line]) -> StatedDate | None:
    headings = " ".join(line.text for line in lines if 0 < line.level <= 3)
    return published_of([block], headings)


def _page_itself(url: str, title: str) -> SeenDocument:
    return SeenDocument(url=url, role=DocumentRole.OVERVIEW_REPORT, text=title, media_type="text/html")
