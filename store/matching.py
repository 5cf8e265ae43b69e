"""Same publication? Signals with their reasons, and one decision. Pure: plain values in and out.

First level: the same address, the same bytes, or a witness that names area, subject and year of exactly one review.
What is doubtful is proposed to an administrator. Rule 7: an anonymous record is never linked to a named area
automatically; rule 8: never by title alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from store.comparing import plain

LOOSE_KINDS = {"news", "other", "briefing"}
"""Kinds that say little: a news post may speak of a review of any kind."""


class Decision(StrEnum):
    SAME = "same"
    PROPOSED = "proposed"
    NEW = "new"


@dataclass(frozen=True)
class Signal:
    name: str
    reason: str
    score: float


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


@dataclass(frozen=True)
class Verdict:
    decision: Decision
    publication_id: int | None = None
    signals: tuple[Signal, ...] = ()

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
    if not found:
        return Verdict(Decision.NEW)
    found.sort(key=lambda pair: (-max(signal.score for signal in pair[1]), pair[0].id))
    best, signals = found[0]
    rivals = [one for one, other in found[1:] if max(s.score for s in other) >= max(s.score for s in signals)]
    doubt = _doubt(entry, best, rivals, signals)
    if doubt:
        return Verdict(Decision.PROPOSED, best.id, (*signals, Signal("doubt", doubt, 0.0)))
    return Verdict(Decision.SAME, best.id, tuple(signals))


def _signals(entry: EntryFacts, candidate: PublicationFacts) -> list[Signal]:
    signals = []
    if entry.address and entry.address in candidate.addresses | candidate.documents:
        signals.append(Signal("address", "both have the same address", 1.0))
    if entry.documents & (candidate.documents | candidate.addresses):
        signals.append(Signal("document_address", "both link to the same document", 1.0))
    if entry.bytes & candidate.bytes:
        signals.append(Signal("bytes", "a document of both is the same, byte for byte", 1.0))
    if _same_case(entry, candidate):
        signals.append(Signal("area_subject_year", "area, subject and year are the same", 0.8))
    return signals


def _same_case(entry: EntryFacts, candidate: PublicationFacts) -> bool:
    """One side is a witness that names the area; subject and year agree. Two own listings are never joined by this."""
    if not (entry.witness or candidate.witness_only) or not (entry.area and entry.subjects and entry.year):
        return False
    years = {entry.year - 1, entry.year, entry.year + 1}
    return entry.area in candidate.areas and bool(entry.subjects & candidate.subjects) and bool(years & candidate.years)


def _doubt(
    entry: EntryFacts, best: PublicationFacts, rivals: Sequence[PublicationFacts], signals: Sequence[Signal]
) -> str:
    """Why a person must decide; empty when it is certain."""
    if not may_link_automatically(entry.anonymous, best.anonymous):
        return "one of the two is anonymous: its area is unknown, and only a person may link it to a named area"
    if rivals:
        return f"{len(rivals) + 1} publications fit equally well"
    if entry.source_id in best.sources:
        return "the same source lists both, so they are probably different reviews"
    kinds = best.kinds - LOOSE_KINDS
    if entry.kind not in LOOSE_KINDS and kinds and entry.kind not in kinds:
        return "they are of different kinds"
    return ""
