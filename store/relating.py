"""Which publications are about the same case, and are yet each their own: updates, summaries, others' words. Pure."""

from collections.abc import Iterable

from store.matching import (
    Decision,
    EntryFacts,
    PublicationFacts,
    Signal,
    Verdict,
    may_link_automatically,
    years,
)
from store.naming import Nature

INSIDE = 0.7
"""Share of the shorter text inside the longer one: a summary, or what was made from it."""
RELATED_YEARS = 3
"""An update or a second review comes within so many years."""


def relations(entry: EntryFacts, candidates: Iterable[PublicationFacts]) -> list[Verdict]:
    """Which other publications an entry that is not theirs speaks of. Anonymous and named ones are kept apart."""
    return [
        Verdict(Decision.RELATED, candidate.id, (signal,))
        for candidate in candidates
        if not candidate.rejected
        and may_link_automatically(entry.anonymous, candidate.anonymous)
        and (signal := _relation(entry, candidate))
    ]


def _relation(entry: EntryFacts, candidate: PublicationFacts) -> Signal | None:
    natures = {entry.nature} ^ candidate.natures
    case = bool(entry.area and entry.area in candidate.areas and entry.subjects & candidate.subjects)
    near = any(abs(one - other) <= RELATED_YEARS for one in years(entry) for other in candidate.years)
    if Nature.THIRD_PARTY in natures and case and near:
        return Signal("derivative", "one is a third party's word on the case of the other", 0.6)
    if Nature.UPDATE in natures and case and near:
        return Signal("update", "one is an update or a second review of the case of the other", 0.6)
    if candidate.contained >= INSIDE:
        return Signal("contained", f"{candidate.contained:.0%} of the shorter text stands in the longer one", 0.5)
    return None
