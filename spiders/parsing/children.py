"""The page of one review, to which a list only leads: what it adds to what the list said."""

from collections.abc import Sequence
from dataclasses import replace

from spiders.parsing.entries import OTHER_REVIEW_REASONS, Reader, abstract_of, entry_hash, published_of
from spiders.parsing.kinds import classify
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
        strange = {a: reason for a in line.anchors if (reason := _strange(a.label.text, mine, entry.heading))}
        reader.left_out += [LeftOut(text=a.label.text, url=a.url, reason=reason) for a, reason in strange.items()]
        own = tuple(anchor for anchor in line.anchors if anchor not in strange)
        kept.append(replace(line, anchors=own, text="" if strange and not own else line.text))
    return kept


def _strange(text: str, mine: str, heading: str) -> str:
    """Why a link on the page is not of its review; empty when it is."""
    reason = classify(text).reason
    if reason in OTHER_REVIEW_REASONS:
        return reason
    named = plain(subject_of(text))
    another = mine and named and named not in mine and mine not in named
    return f"of another review than {heading}" if another else ""


def _published(block: Block, lines: Sequence[Line]) -> StatedDate | None:
    headings = " ".join(line.text for line in lines if 0 < line.level <= 3)
    return published_of([block], headings)


def _page_itself(url: str, title: str) -> SeenDocument:
    return SeenDocument(url=url, role=DocumentRole.OVERVIEW_REPORT, text=title, media_type="text/html")
