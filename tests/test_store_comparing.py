"""What a reading means: rules 1 to 3 with plain values."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from store.addresses import address_key
from store.comparing import Comparison, Known, compare
from store.reading import IncidentKind, Problem, Reading, SeenDocument, SeenEntry, SeenPage, content_key

PAGE = "https://exampleshire.example/reviews"
NAMES = [f"Review of Family {name}" for name in ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Oak")]


def entry(heading: str, *, key: str = "", documents: Sequence[str] = ()) -> SeenEntry:
    links = tuple(SeenDocument(url=f"https://exampleshire.example/{name}") for name in documents)
    return SeenEntry(key=key or heading.lower(), url=PAGE, heading=heading, page=PAGE, documents=links)


def known(seen: SeenEntry, *, missing_reads: int = 0, gone: bool = False) -> Known:
    documents = frozenset(address_key(one.url) for one in seen.documents)
    return Known(
        key=seen.key,
        page=seen.page,
        heading=seen.heading,
        address=address_key(seen.url),
        documents=documents,
        content=content_key(seen),
        missing_reads=missing_reads,
        gone=gone,
    )


def page(sha256: str = "now", status: int = 200) -> SeenPage:
    return SeenPage(url=PAGE, status=status, sha256=sha256)


def read(before: Sequence[Known], *entries: SeenEntry, accept: bool = False, **more: object) -> Comparison:
    reading = Reading.model_validate({"source": "exampleshire-reviews", "entries": entries, "pages": (page(),)} | more)
    return compare(before, reading, page_hashes={PAGE: "before"}, first=False, accept=accept)


def test_a_first_reading_is_a_baseline() -> None:
    reading = Reading(source="s", entries=(entry(NAMES[0]), entry(NAMES[1])), pages=(page(),))
    found = compare([], reading, page_hashes={}, first=True)
    assert (found.outcome, len(found.new), found.problem) == ("baseline", 2, None)


def test_an_empty_first_reading_is_told_unless_the_page_says_so() -> None:
    silent = compare([], Reading(source="s", pages=(page(),)), page_hashes={}, first=True)
    assert silent.problem is not None
    assert silent.problem.kind == IncidentKind.EMPTY
    says_so = compare([], Reading(source="s", pages=(page(),), empty_is_fine=True), page_hashes={}, first=True)
    assert says_so.problem is None


def test_new_means_unknown_key_wherever_it_stands() -> None:
    old = [entry(name) for name in NAMES[:4]]
    found = read([known(one) for one in old], *old[:2], entry(NAMES[4]), *old[2:])
    assert found.outcome == "ok"
    assert [one.heading for one in found.new] == [NAMES[4]]


def test_a_reading_with_a_problem_changes_nothing() -> None:
    problem = Problem(kind=IncidentKind.UNREACHABLE, evidence="no answer")
    found = read([known(entry(NAMES[0]))], problem=problem)
    assert found == Comparison("failed", problem=problem)


def test_all_gone_is_broken() -> None:
    old = [known(entry(name)) for name in NAMES[:3]]
    empty = read(old)
    assert (empty.outcome, empty.gone, empty.missing) == ("failed", frozenset(), frozenset())
    assert empty.problem is not None
    replaced = read(old, entry(NAMES[5]), entry(NAMES[6]))
    assert (replaced.outcome, len(replaced.held), replaced.new) == ("held", 2, ())


def test_all_gone_is_believed_when_the_page_says_that_there_is_none() -> None:
    found = read([known(entry(NAMES[0]))], empty_is_fine=True)
    assert (found.outcome, found.missing) == ("ok", {NAMES[0].lower()})


def test_a_page_that_said_so_and_is_as_before_confirms_it() -> None:
    as_before = Reading(source="s", pages=(SeenPage(url=PAGE, status=304),))
    missing = [known(entry(NAMES[0]), missing_reads=1)]
    found = compare(missing, as_before, page_hashes={PAGE: "a"}, first=False)
    assert (found.problem, found.gone) == (None, frozenset({missing[0].key}))


def test_one_gone_needs_two_reads() -> None:
    first, second = entry(NAMES[0]), entry(NAMES[1])
    once = read([known(first), known(second)], first)
    assert (once.missing, once.gone) == ({second.key}, frozenset())
    twice = read([known(first), known(second, missing_reads=1)], first)
    assert (twice.missing, twice.gone) == (frozenset(), {second.key})


def test_a_304_confirms_what_was_missing_and_what_was_there() -> None:
    first, second = entry(NAMES[0]), entry(NAMES[1])
    found = read([known(first), known(second, missing_reads=1)], pages=(page("", 304),))
    assert (found.seen, found.gone) == ({first.key}, {second.key})


def test_unchanged_is_quiet() -> None:
    old = [known(entry(name)) for name in NAMES[:3]]
    assert read(old, pages=(page("", 304),)).outcome == "unchanged"
    assert read(old, pages=(page("before"),)).outcome == "unchanged"


def test_a_jump_is_held_and_passes_once_it_is_accepted() -> None:
    old = entry(NAMES[0])
    many = [entry(name) for name in NAMES[1:]]
    held = read([known(old)], old, *many)
    assert (held.outcome, len(held.held), held.new) == ("held", 7, ())
    assert held.problem is not None
    assert held.problem.kind == IncidentKind.STRUCTURE
    accepted = read([known(old)], old, *many, accept=True)
    assert (accepted.outcome, len(accepted.new)) == ("ok", 7)


def test_moved_entries_are_known_by_heading_or_documents() -> None:
    by_heading, by_document = entry(NAMES[0]), entry(NAMES[1], documents=["elm.pdf"])
    now_a = entry(NAMES[0].upper(), key="/new/one")
    now_b = entry("Local review 2", key="/new/two", documents=["elm.pdf"])
    found = read([known(by_heading), known(by_document)], now_a, now_b)
    assert {(old, now.key) for old, now in found.moved} == {(by_heading.key, "/new/one"), (by_document.key, "/new/two")}
    assert (found.outcome, found.new, found.missing) == ("ok", (), frozenset())


def test_pages_that_forget_lose_nothing() -> None:
    feed = SeenPage(url=PAGE, status=200, sha256="now", listing=False)
    found = read([known(entry(NAMES[0]))], entry(NAMES[1]), pages=(feed,))
    assert (found.outcome, found.missing, len(found.new)) == ("ok", frozenset(), 1)


def test_a_document_more_is_a_change_and_order_is_none() -> None:
    before = entry(NAMES[0], documents=["a.pdf", "b.pdf"])
    turned = entry(NAMES[0], documents=["b.pdf", "a.pdf"])
    more = entry(NAMES[0], documents=["a.pdf", "b.pdf", "c.pdf"])
    assert read([known(before)], turned).changed == ()
    assert read([known(before)], more).changed == (more,)


@given(st.permutations(NAMES))
def test_order_says_nothing(names: list[str]) -> None:
    """Whatever the order of the page, the same entries are new."""
    old = [entry(name) for name in NAMES[:5]]
    found = read([known(one) for one in old], *(entry(name) for name in names))
    assert {one.heading for one in found.new} == set(NAMES[5:])
    assert found.missing == frozenset()


def test_a_rebuilt_site_is_held_though_its_entries_are_recognised() -> None:
    old = [entry(name, documents=[f"old/{number}.pdf"]) for number, name in enumerate(NAMES[:4])]
    rebuilt = [entry(name, documents=[f"new/{number}.pdf"]) for number, name in enumerate(NAMES[:4])]
    held = read([known(one) for one in old], *rebuilt)
    assert (held.outcome, len(held.held), held.changed, held.seen) == ("held", 4, (), frozenset())
    accepted = read([known(one) for one in old], *rebuilt, accept=True)
    assert (accepted.outcome, len(accepted.changed), accepted.new) == ("ok", 4, ())
