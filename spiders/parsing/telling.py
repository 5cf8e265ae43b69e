"""What a heading or a link tells by itself: a review's name, a section, a role, a date, a file."""

import re
from collections.abc import Sequence
from datetime import date

from spiders.parsing.addresses import is_document
from spiders.parsing.dates import dates_in, is_only_date
from spiders.parsing.lines import Anchor
from spiders.parsing.roles import ROLE_WORDS, says_only_a_role
from spiders.parsing.subjects import KIND_WORDS, pseudonym_in, subject_of
from spiders.parsing.text import plain
from store.reading import Precision

SECTION_WORDS = re.compile(
    r"\b(?:list|library|archives?|archived|historic|historical|older|old|previous|past|recent|recently|latest|current|new"
    r"|newest|other|others|more|further|related|useful|additional|information|info|details|resources?|links?|downloads?"
    r"|documents?|files?|publications?|key|issues|themes?|messages?|findings?|recommendations?|background|introduction"
    r"|overview|about|what|how|why|who|when|where|are|do|does|did|was|were|has|have|it|its|they|from|and|or|to|at|by|with"
    r"|that|these|those|them|us|you|your|all|any|each|area|areas|city|county|borough|lessons|cases|studies|reviewing"
    r"|adults?|safeguarding|partnerships?|boards?|committees?|panel|professionals?|practitioners?|tools?|toolkit"
    r"|webinars?|podcasts?|videos?|newsletters?|news|events?|training|contact|contents?|page|pages|section|category"
    r"|categories|size|type|date|title|name|number|references?|notes?|acknowledge?ments?|statutory|anonymous|not|no|yet"
    r"|show|hide|top|back|next|click|you are here|welcome|home|search|filter|sort|accessib\w+|scope|methodology|family"
    r"|process|purpose|quality|assurance|audits?|work|working|together|support|improvement|improvements|impact|website"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|two|three|today"
    r"|websites|timeline|summar(?:y|ies)|conclusion|analysis|appendices|families|multi|agency|guidance|reading|watch)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_][a-zà-öø-ÿ]{2}")
BADGE = re.compile(r"\s+(?:Published|New|Updated|Coming soon)$")


def without_badge(heading: str) -> str:
    """The heading without a status badge that stands beside it."""
    return BADGE.sub("", heading)


def is_generic(heading: str, own: Sequence[str] = ()) -> bool:
    """True for the heading of a section ("Published reviews", "Downloads", "2031"): it names nothing by itself."""
    if subject_of(heading) and not is_only_date(heading):
        return False
    rest = plain(heading)
    for name in own:
        rest = rest.replace(plain(name), " ")
    for found in reversed(dates_in(rest)):
        rest = rest[: found.start] + " " + rest[found.end :]
    rest = SECTION_WORDS.sub(" ", KIND_WORDS.sub(" ", rest))
    return rest.endswith("?") or not re.search(r"[^\W\d_]{2,}", rest)


def tells(anchor: Anchor) -> bool:
    """True when the link's own text says which review it belongs to, not only what it is."""
    return not says_only_a_role(anchor.label.text) and not is_only_date(anchor.label.text)


def is_bare(anchor: Anchor) -> bool:
    """True for a link whose whole text is a date or a number: it names its document where nothing else does."""
    label = anchor.label.text
    return bool(label) and (is_only_date(label) or not re.search(r"[^\W\d_]", label))


def is_code(anchor: Anchor) -> bool:
    """True for a link whose text is only a number, a code or a file's name, with no word in it."""
    label = anchor.label.text
    return bool(label) and not re.search(WORD, label) and (tells(anchor) or not re.search(r"[^\W\d_]", label))


def has_day(text: str) -> bool:
    """True when a text states a whole date."""
    return any(found.precision is Precision.DAY for found in dates_in(text))


def leads_to_document(anchor: Anchor) -> bool:
    """True for a link to a file: by its address, or because its text states a file's type or size."""
    return is_document(anchor.url) or bool(anchor.label.media_type or anchor.label.size)


def told_by(anchor: Anchor) -> str:
    """The review that a link, or the words before it, names; comparable, empty when none is named."""
    own = subject_of(anchor.label.text) or (pseudonym_in(anchor.label.text) if tells(anchor) else "")
    return plain(own or subject_of(anchor.before))


def alike(one: Anchor, other: Anchor) -> bool:
    """True when two links are of one thing: the words of one, roles aside, are among those of the other."""
    mine, theirs = _core(one.label.text), _core(other.label.text)
    if {_day(one), _day(other)} - {None} and _day(one) != _day(other):
        return False
    return mine <= theirs or theirs <= mine


def _core(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", ROLE_WORDS.sub(" ", plain(text)))
    return frozenset(words or re.findall(r"\w+", plain(text)))


def _day(anchor: Anchor) -> date | None:
    found = dates_in(f"{anchor.before} {anchor.label.text}")
    return next((one.day for one in found if one.precision is Precision.DAY), None)
