"""What a reading means: new, seen, changed, moved, missing, gone, held or broken. Pure: plain values in and out.

Rules 1-3 of the design: a listing is compared as a set of keys; new means first seen; all gone means broken, and
nothing is called gone on one read.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store.addresses import address_key
from store.reading import EntryState, IncidentKind, Problem, Reading, SeenEntry, SeenPage, content_key

READS_BEFORE_GONE = 2
JUMP_AT_LEAST = 6
"""So many new entries at once may be a redesign ..."""
JUMP_SHARE = 0.5
"""... when they are more than this share of what was known."""
MOVES_AT_LEAST = 3
"""So many known entries at new addresses, more than half of them all, are a rebuilt site."""
AS_BEFORE = "as_before"
"""The flag of an entry that a spider only saw on the list: its details stay as they are."""


@dataclass(frozen=True)
class Known:
    """What the archive holds of an entry, as far as comparing needs it."""

    key: str
    page: str
    heading: str
    address: str = ""
    """Address key of its own address."""
    documents: frozenset[str] = frozenset()
    """Address keys of its documents."""
    content: str = ""
    missing_reads: int = 0
    gone: bool = False


@dataclass(frozen=True)
class Comparison:
    """What is to be done; exactly one of the outcomes of the design: baseline, ok, unchanged, held, failed."""

    outcome: str
    new: tuple[SeenEntry, ...] = ()
    changed: tuple[SeenEntry, ...] = ()
    moved: tuple[tuple[str, SeenEntry], ...] = ()
    """Known key and what it is now."""
    seen: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    """Not on the page, once."""
    gone: frozenset[str] = frozenset()
    """Not on the page for the second time."""
    held: tuple[SeenEntry, ...] = ()
    relocated: frozenset[str] = frozenset()
    """Keys of those held that are known, and only at other addresses now."""
    problem: Problem | None = None


@dataclass
class _Sorted:
    new: list[SeenEntry] = field(default_factory=list)
    changed: list[SeenEntry] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)


def compare(
    known: Iterable[Known],
    reading: Reading,
    *,
    page_hashes: Mapping[str, str],
    first: bool,
    accept: bool = False,
) -> Comparison:
    """Decide what a reading means for what is known.

    `page_hashes`: body hashes of the last good reading by address. `first`: there was no good reading yet.
    `accept`: an administrator has looked at a held reading and lets the next one pass.
    """
    if reading.problem:
        return Comparison("failed", problem=reading.problem)
    entries = {entry.key: entry for entry in reading.entries}
    if first:
        return _baseline(reading, entries.values())
    by_key = {one.key: one for one in known}
    sorted_ = _sort(by_key, entries, reading, page_hashes)
    moved, new = _moved(by_key, sorted_)
    absent = sorted_.absent - {old for old, _ in moved}
    present = {key for key, one in by_key.items() if not one.gone}
    relocated = _relocated(by_key, [*moved, *((entry.key, entry) for entry in sorted_.changed)])
    fresh = _fresh_pages(reading, page_hashes)
    accepted = not fresh and all(by_key[key].missing_reads for key in absent)  # the page said itself that it is empty
    trouble = None if accepted else _all_gone(present, absent, new, reading) or _nothing(present, fresh, reading)
    trouble = trouble or _jump(len(by_key), new, reading)
    rebuilt = _rebuilt(len(present), relocated, reading)
    if (trouble or rebuilt) and not accept:
        nothing_else = bool(rebuilt) or absent >= present
        return _held(trouble or rebuilt, new, relocated, seen=() if nothing_else else sorted_.seen)
    gone = {key for key in absent if by_key[key].missing_reads + 1 >= READS_BEFORE_GONE}
    quiet = not (new or sorted_.changed or moved or absent or sorted_.returned)
    return Comparison(
        "unchanged" if quiet and not fresh else "ok",
        new=tuple(new),
        changed=tuple(sorted_.changed),
        moved=tuple(moved),
        seen=frozenset(sorted_.seen),
        returned=frozenset(sorted_.returned),
        missing=frozenset(absent - gone),
        gone=frozenset(gone),
    )


def _baseline(reading: Reading, entries: Iterable[SeenEntry]) -> Comparison:
    new = tuple(entry for entry in entries if entry.state != EntryState.GONE)
    problem = None
    if not new and not reading.empty_is_fine:
        problem = Problem(
            kind=IncidentKind.EMPTY,
            evidence=f"The first reading of {_addresses(reading)} found nothing that looks like a review, and the page"
            " does not say that there is none. Please look at the page and at the source's options.",
        )
    return Comparison("baseline", new=new, problem=problem)


def _fresh_pages(reading: Reading, page_hashes: Mapping[str, str]) -> set[str]:
    """Pages that came with a body that differs from last time's."""
    return {
        page.url
        for page in reading.pages
        if page.status != 304 and (not page.sha256 or page_hashes.get(page.url) != page.sha256)
    }


def _sort(
    known: Mapping[str, Known], entries: Mapping[str, SeenEntry], reading: Reading, page_hashes: Mapping[str, str]
) -> _Sorted:
    result = _Sorted()
    for key, entry in entries.items():
        if key in known:
            _sort_known(result, known[key], entry)
        elif entry.state != EntryState.GONE:
            result.new.append(entry)
    changed_pages = _fresh_pages(reading, page_hashes)
    fresh = _names(page for page in reading.pages if page.listing and page.url in changed_pages)
    visited = _names(reading.pages)
    forgetful = _names(page for page in reading.pages if not page.listing)
    changed_pages |= _names(page for page in reading.pages if page.url in changed_pages)
    for key, one in known.items():
        if key in entries or one.gone or (one.page in forgetful and one.page in changed_pages):
            continue
        if one.page in fresh or (fresh and one.page not in visited):
            result.absent.add(key)
        elif one.page in visited:  # as before: what was on it is on it, what was missing is missing
            (result.absent if one.missing_reads else result.seen).add(key)
    return result


def _names(pages: Iterable[SeenPage]) -> set[str]:
    """The addresses a page goes by: as asked, and as answered after a redirect."""
    return {name for page in pages for name in (page.url, page.final_url) if name}


def _sort_known(result: _Sorted, before: Known, entry: SeenEntry) -> None:
    if entry.state == EntryState.GONE:  # its own page is not there: missing, and believed at the second read
        if not before.gone:
            result.absent.add(entry.key)
        return
    result.seen.add(entry.key)
    if before.gone:
        result.returned.add(entry.key)
    if AS_BEFORE not in entry.flags and content_key(entry) != before.content:
        result.changed.append(entry)


def _moved(known: Mapping[str, Known], sorted_: _Sorted) -> tuple[list[tuple[str, SeenEntry]], list[SeenEntry]]:
    """Entries that are only listed under another key now: told by their documents or, when unique, their heading."""
    absent = [known[key] for key in sorted_.absent]
    headings = Counter(plain(one.heading) for one in absent)
    new_headings = Counter(plain(entry.heading) for entry in sorted_.new)
    moved: list[tuple[str, SeenEntry]] = []
    new: list[SeenEntry] = []
    taken: set[str] = set()
    for entry in sorted_.new:
        heading = plain(entry.heading)
        unique = headings[heading] == 1 and new_headings[heading] == 1
        addresses = {address_key(document.url) for document in entry.documents}
        match = next(
            (
                one.key
                for one in absent
                if one.key not in taken
                and ((unique and plain(one.heading) == heading) or (addresses and addresses == one.documents))
            ),
            None,
        )
        if match is None:
            new.append(entry)
        else:
            taken.add(match)
            moved.append((match, entry))
    return moved, new


def _all_gone(present: set[str], absent: set[str], new: list[SeenEntry], reading: Reading) -> Problem | None:
    if not present or absent < present or not absent:
        return None
    if not new and reading.empty_is_fine:
        return None  # the page says itself that there is nothing at present
    kind = IncidentKind.STRUCTURE if new or reading.left_out else IncidentKind.EMPTY
    came = f"{len(new)} others were found instead" if new else "nothing was found"
    return Problem(
        kind=kind,
        evidence=f"None of the {len(present)} known entries is on {_addresses(reading)}; {came}. Nothing was changed.",
    )


def _nothing(present: set[str], fresh: set[str], reading: Reading) -> Problem | None:
    """A page that forgets (a feed, a newsletter) may drop what is old, but it still shows something."""
    if not (present and fresh) or reading.entries or reading.left_out or reading.empty_is_fine:
        return None
    asked = ", ".join(sorted(fresh))
    evidence = f"Nothing at all was found on {asked}, where {len(present)} entries were known. Nothing was changed."
    return Problem(kind=IncidentKind.EMPTY, evidence=evidence)


def _jump(known: int, new: list[SeenEntry], reading: Reading) -> Problem | None:
    if len(new) < JUMP_AT_LEAST or len(new) <= known * JUMP_SHARE:
        return None
    return Problem(
        kind=IncidentKind.STRUCTURE,
        evidence=f"{len(new)} new entries at once on {_addresses(reading)}, where {known} were known. They are held"
        " until an administrator has looked: the page may have been rebuilt.",
    )


def _relocated(known: Mapping[str, Known], pairs: Iterable[tuple[str, SeenEntry]]) -> list[SeenEntry]:
    """Known entries of which nothing is where it was: other documents' addresses, or without documents its own."""
    return [entry for key, entry in pairs if _is_elsewhere(known[key], entry)]


def _is_elsewhere(before: Known, entry: SeenEntry) -> bool:
    now = {address_key(document.url) for document in entry.documents}
    if before.documents and now:
        return not before.documents & now
    return not before.documents and not now and bool(before.address) and before.address != address_key(entry.url)


def _rebuilt(present: int, relocated: Sequence[SeenEntry], reading: Reading) -> Problem | None:
    if len(relocated) < MOVES_AT_LEAST or len(relocated) <= present * JUMP_SHARE:
        return None
    return Problem(
        kind=IncidentKind.STRUCTURE,
        evidence=f"{len(relocated)} of {present} known entries on {_addresses(reading)} are at new addresses: the site"
        " seems to be rebuilt. They are recognised by heading or documents, and held until an administrator agrees.",
    )


def _held(
    problem: Problem | None, new: Sequence[SeenEntry], relocated: Sequence[SeenEntry], *, seen: Iterable[str]
) -> Comparison:
    """Nothing of what is doubtful is stored; where only new entries are in doubt, the known ones count as `seen`."""
    if not new and not relocated:
        return Comparison("failed", problem=problem)
    known = frozenset(entry.key for entry in relocated)
    return Comparison("held", seen=frozenset(seen), held=(*new, *relocated), relocated=known, problem=problem)


def _addresses(reading: Reading) -> str:
    return ", ".join(page.url for page in reading.pages if page.listing) or reading.source


def plain(text: str) -> str:
    """A heading for comparing: letters and digits only, one space between words, no case."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join(re.findall(r"\w+", folded))
