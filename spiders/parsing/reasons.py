"""Why something on a page is no entry: said in words, for `sources check` shows all that was left out."""

import re

from spiders.parsing.addresses import is_page
from spiders.parsing.entries import OTHER_REVIEW_REASONS, Reader
from spiders.parsing.grouping import Group
from spiders.parsing.kinds import classify, is_national
from spiders.parsing.subjects import subject_of
from spiders.parsing.telling import is_generic, leads_to_document
from spiders.parsing.text import plain

TYPE_COLUMN = re.compile(r"\b(?:type|kind|category)\b", re.IGNORECASE)


def reason_left_out(one: Group, reader: Reader) -> str:
    """Why a group is not for us, in words; empty when it is."""
    heading = one.main.heading
    reason = classify(heading, subject_of(heading)).reason or _section_reason(one) or _column_reason(one)
    if reason:
        return reason
    anchors = [anchor for block in one.blocks for anchor in block.anchors]
    if not anchors:
        return "" if one.main.titled else "words without a link"
    if any(leads_to_document(anchor) for anchor in anchors) or (one.main.titled and (reader.about or one.main.row)):
        return ""
    if not any(is_page(anchor.url) for anchor in anchors):
        return "a recording or a picture, not a document to read"
    return "" if _is_worth_a_page(one) else "a link to a page that is not about one review"


def _section_reason(one: Group) -> str:
    """ "Adult reviews" over a list speaks for all under it that do not name a child."""
    section = one.main.section
    if not section or one.main.titled or re.search(r"\b(?:child|baby|infant|lcspr|cspr)", plain(one.main.heading)):
        return ""
    return classify(section, subject="").reason


def _column_reason(one: Group) -> str:
    """A row's column "Type" says "SAR": of an adult, whatever the name beside it."""
    said = [line.text for line in one.main.lines if TYPE_COLUMN.search(line.column)]
    told = (classify(text, subject="").reason for text in said)
    return next((reason for reason in told if reason in OTHER_REVIEW_REASONS), "")


def _is_worth_a_page(one: Group) -> bool:
    """Links to pages fill every site: one is followed when it names a child or a review."""
    heading = one.main.heading
    if subject_of(heading) or is_national(heading):
        return True
    return bool(classify(heading).family) and not is_generic(heading)
