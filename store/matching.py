"""Same publication? Signals with their reasons, and one decision. Pure: plain values in and out.

The same address, the same bytes, nearly the same text, the same reference number, another part of a review on the same
list, or a witness that names area, subject and year of exactly one review. Titles, page counts and facts of the case
only bear out what these say; facts that differ stop it. What is doubtful is proposed to an administrator. Rule 7: an
anonymous record is never linked to a named area automatically; rule 8: never by title alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from store.case_facts import NOTHING_STATED, CaseFacts, agreeing, differing
from store.comparing import plain
from store.naming import Nature

LOOSE_KINDS = {"news", "other", "briefing"}
"""Kinds that say little: a news post may speak of a review of any kind."""


class Decision(StrEnum):
    SAME = "same"
    PROPOSED = "proposed"
    NEW = "new"
    RELATED = "related"
    """Another publication about the same case: linked, and announced as its own."""


NEARLY_SAME = 0.66
"""Share of text in common from which two are the same. On the labelled corpus copies, however redacted, share 0.75 or
more, and other children's reviews from one template 0.6 or less."""
ALMOST_WHOLE = 0.9
"""From here two areas that both name it publish a joint review."""
STRONG = {"content_id", "address", "document_address", "bytes"}
SAME_TITLE = 92.0
"""rapidfuzz ratio (0-100) of two titles, whatever the order of their words."""


@dataclass(frozen=True)
class Signal:
    name: str
    reason: str
    score: float


ANONYMOUS = Signal(
    "doubt", "one of the two is anonymous: its area is unknown, and only a person may link it to a named area", 0.0
)


@dataclass(frozen=True)
class EntryFacts:
    """What matching knows of an entry."""

    source_id: int
    witness: bool
    kind: str
    anonymous: bool
    area: str | None
    """Publisher id of the area; None when unknown."""
    subjects: frozenset[str]
    """The forms that its subject goes by (subject_forms); empty when there is none."""
    year: int | None
    address: str
    """Its own address key; empty when it only has the listing's."""
    documents: frozenset[str] = frozenset()
    """Address keys of its main documents."""
    bytes: frozenset[str] = frozenset()
    """sha256 of its main documents."""
    nature: Nature = Nature.OWN
    roles: frozenset[str] = frozenset()
    """Which parts of a review it is: overview report, learning brief and so on."""
    content_id: str = ""
    """GOV.UK's own id of the page; it stays when the page moves."""
    title: str = ""
    """In plain form (store.comparing)."""
    pages: frozenset[int] = frozenset()
    """How many pages its main documents have."""
    stated: CaseFacts = NOTHING_STATED


@dataclass(frozen=True)
class PublicationFacts:
    """What matching knows of a publication: of all its entries together."""

    id: int
    kinds: frozenset[str]
    anonymous: bool
    areas: frozenset[str]
    subjects: frozenset[str]
    years: frozenset[int]
    sources: frozenset[int]
    """Sources that list it now: one source does not list the same review twice."""
    witness_only: bool
    addresses: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    bytes: frozenset[str] = frozenset()
    rejected: bool = False
    """An administrator has said that this entry does not belong here."""
    natures: frozenset[Nature] = frozenset({Nature.OWN})
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By source, which parts of a review it lists."""
    common: float = 0.0
    """Share of text that a main document of it has in common with one of the entry's."""
    contained: float = 0.0
    """Share of the shorter of two such texts that stands in the longer one."""
    content_ids: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    pages: frozenset[int] = frozenset()
    stated: CaseFacts = NOTHING_STATED


@dataclass(frozen=True)
class Verdict:
    decision: Decision
    publication_id: int | None = None
    signals: tuple[Signal, ...] = ()
    also: tuple[int, ...] = ()
    """Publications that the entry shows to be the same one too."""
    asked: "Verdict | None" = None
    """What a person is asked beside: the same review, where one of the two is anonymous."""

    @property
    def score(self) -> float:
        return max((signal.score for signal in self.signals), default=0.0)


def subject_forms(subject: str) -> frozenset[str]:
    """The forms of a code or pseudonym: "Robin (RBX26)" is known as Robin and as RBX26, "Child M 'Vamp'" as Vamp."""
    inside = re.findall(r"[(\"'‘“]([^()\"'’”]+)[)\"'’”]", subject)
    outside = re.sub(r"[(\"'‘“][^()\"'’”]+[)\"'’”]", " ", subject)
    return frozenset(form for part in (subject, outside, *inside) if (form := plain(part)))


def may_link_automatically(entry_anonymous: bool, publication_anonymous: bool) -> bool:
    """Rule 7, in one place: anonymous means unknown area, and is only ever joined to a named one by a person."""
    return entry_anonymous == publication_anonymous


def decide(entry: EntryFacts, candidates: Iterable[PublicationFacts]) -> Verdict:
    """To which publication an entry belongs."""
    found = [
        (candidate, signals)
        for candidate in candidates
        if not candidate.rejected and (signals := _signals(entry, candidate))
    ]
    found.sort(key=lambda pair: (-_best(pair[1]), pair[0].id))
    linkable = [pair for pair in found if may_link_automatically(entry.anonymous, pair[0].anonymous)]
    apart = [pair for pair in found if pair not in linkable]
    asked = Verdict(Decision.PROPOSED, apart[0][0].id, (*apart[0][1], ANONYMOUS)) if apart else None
    if not linkable:
        return asked or Verdict(Decision.NEW)
    best, signals = linkable[0]
    also = _also(entry, linkable)
    rivals = [one for one, other in linkable[1:] if _best(other) >= _best(signals) and one.id not in also]
    doubt = _doubt(entry, best, rivals, signals)
    if doubt:
        return Verdict(Decision.PROPOSED, best.id, (*signals, Signal("doubt", doubt, 0.0)), asked=asked)
    return Verdict(Decision.SAME, best.id, tuple(signals), also, asked)


def _also(entry: EntryFacts, found: Sequence[tuple[PublicationFacts, list[Signal]]]) -> tuple[int, ...]:
    """Others that are the same too: the entry joins them all, or its order of arrival would matter."""
    (best, _), others = found[0], found[1:]
    named = [one.id for one, signals in others if _by_name_only(one, signals)]
    sources, also = set(best.sources), []
    for one, signals in others:
        if one.id in named and len(named) > 1:
            continue  # two reviews of one name: which of them it is cannot be told
        part = any(signal.name == "part" for signal in signals)
        if (part or not sources & one.sources) and not _doubt(entry, one, (), signals):
            sources |= one.sources
            also.append(one.id)
    return tuple(also)


def _by_name_only(candidate: PublicationFacts, signals: Iterable[Signal]) -> bool:
    """A publisher's own listing that only area, subject and year point to."""
    certain = {*STRONG, "text", "part", "reference"} & {signal.name for signal in signals}
    return not certain and not candidate.witness_only


def _best(signals: Iterable[Signal]) -> float:
    return max(signal.score for signal in signals)


def years(entry: EntryFacts) -> set[int]:
    return {entry.year} if entry.year else set()


def _signals(entry: EntryFacts, candidate: PublicationFacts) -> list[Signal]:
    """What makes the two one; with it, what bears it out, which alone would prove nothing."""
    signals = [*_of_places(entry, candidate), *_of_contents(entry, candidate)]
    return [*signals, *_bearing_out(entry, candidate)] if signals else []


def _of_places(entry: EntryFacts, candidate: PublicationFacts) -> list[Signal]:
    signals = []
    if entry.content_id and entry.content_id in candidate.content_ids:
        signals.append(Signal("content_id", "GOV.UK knows both by the same content id", 1.0))
    if entry.address and entry.address in candidate.addresses | candidate.documents:
        signals.append(Signal("address", "both have the same address", 1.0))
    if entry.documents & (candidate.documents | candidate.addresses):
        signals.append(Signal("document_address", "both link to the same document", 1.0))
    return signals


def _of_contents(entry: EntryFacts, candidate: PublicationFacts) -> list[Signal]:
    signals = []
    if entry.bytes & candidate.bytes:
        signals.append(Signal("bytes", "a document of both is the same, byte for byte", 1.0))
    if candidate.common >= NEARLY_SAME:
        reason = f"{candidate.common:.0%} of the text of a document is the same"
        signals.append(Signal("text", reason, round(0.8 + 0.19 * candidate.common, 2)))
    if _same_case(entry, candidate):
        signals.append(Signal("area_subject_year", "area, subject and year are the same", 0.8))
    if _other_part(entry, candidate):
        signals.append(Signal("part", "the same list names another part of the review: same area and subject", 0.8))
    if _same_reference(entry, candidate):
        signals.append(Signal("reference", "both print the same reference number, and their area is the same", 0.8))
    return signals


def _bearing_out(entry: EntryFacts, candidate: PublicationFacts) -> list[Signal]:
    signals = []
    if any(fuzz.token_sort_ratio(entry.title, title) >= SAME_TITLE for title in candidate.titles if entry.title):
        signals.append(Signal("title", "their titles are nearly the same", 0.4))
    if entry.pages & candidate.pages:
        signals.append(Signal("pages", "a document of both has as many pages", 0.3))
    if agree := agreeing(entry.stated, candidate.stated):
        signals.append(Signal("facts", f"both state the same {' and '.join(agree)}", 0.5))
    return signals


def _same_reference(entry: EntryFacts, candidate: PublicationFacts) -> bool:
    """Areas number their reviews each for itself."""
    same_area = entry.area is not None and entry.area in candidate.areas
    return (
        same_area and entry.nature in candidate.natures and bool(entry.stated.references & candidate.stated.references)
    )


def _same_case(entry: EntryFacts, candidate: PublicationFacts) -> bool:
    """One side is a witness that names the area; subject and year agree. Two own listings are never joined by this."""
    if not (entry.witness or candidate.witness_only) or entry.nature not in candidate.natures:
        return False
    return _same_subject(entry, candidate) and _near_in_time(entry, candidate)


def _other_part(entry: EntryFacts, candidate: PublicationFacts) -> bool:
    """Overview, summary, brief and response of one review stand on one list as entries of their own, months apart."""
    listed = candidate.roles.get(entry.source_id, frozenset())
    if not (listed and entry.roles) or listed & entry.roles or {entry.nature, *candidate.natures} != {Nature.OWN}:
        return False
    return _same_subject(entry, candidate) and (_near_in_time(entry, candidate) or not (entry.year and candidate.years))


def _same_subject(entry: EntryFacts, candidate: PublicationFacts) -> bool:
    return bool(entry.area and entry.area in candidate.areas and entry.subjects & candidate.subjects)


def _near_in_time(entry: EntryFacts, candidate: PublicationFacts) -> bool:
    return any(abs(one - other) <= 1 for one in years(entry) for other in candidate.years)


def _doubt(
    entry: EntryFacts, best: PublicationFacts, rivals: Sequence[PublicationFacts], signals: Sequence[Signal]
) -> str:
    """Why a person must decide; empty when it is certain."""
    if rivals:
        return f"{len(rivals) + 1} publications fit equally well"
    names = {signal.name for signal in signals}
    if entry.source_id in best.sources and "part" not in names:
        return "the same source lists both, so they are probably different reviews"
    if differ := differing(entry.stated, best.stated):
        return f"they state another {' and another '.join(differ)}"
    kinds = best.kinds - LOOSE_KINDS
    if entry.kind not in LOOSE_KINDS and kinds and entry.kind not in kinds:
        return "they are of different kinds"
    if "part" in names and not names & STRONG and not _near_in_time(entry, best):
        return "no date says that the parts belong to one review"
    return _doubt_of_text(entry, best) if "text" in names and not names & STRONG else ""


def _doubt_of_text(entry: EntryFacts, best: PublicationFacts) -> str:
    """Reviews from one template are alike; what is printed about them must not contradict."""
    if entry.nature not in best.natures:
        return "one of the two is an update or a third party's word"
    if entry.subjects and best.subjects and not entry.subjects & best.subjects:
        return "the texts are alike, but name different subjects"
    if entry.year and best.years and not _near_in_time(entry, best):
        return "the texts are alike, but the years are not"
    if entry.area and best.areas and entry.area not in best.areas and best.common < ALMOST_WHOLE:
        return "the texts are alike, but the areas differ"
    return ""
