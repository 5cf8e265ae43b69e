"""The query language: what is typed, and what it means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.query import And, Filter, Node, Not, Or, Prefix, Published, Words, parse

SYNONYMS = {
    "scr": ["SCR", "LCSPR", "serious case review"],
    "serious case review": ["SCR", "LCSPR"],
    "domestic abuse": ["DA"],
    "ghost": ["", "—"],
}


def synonyms(term: str) -> list[str]:
    return SYNONYMS.get(term.lower(), [])


def one(text: str) -> Words:
    return Words(tuple(text.split()), text)


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("", []),
        ("  ", []),
        ("neglect housing", [one("neglect"), one("housing")]),
        ('"poor housing"', [one("poor housing")]),
        ("“poor housing”", [one("poor housing")]),
        ('"poor housing', [one("poor housing")]),
        ("a OR b c", [Or((one("a"), one("b"))), one("c")]),
        ("a | b | c", [Or((one("a"), one("b"), one("c")))]),
        ("OR a OR OR b OR", [Or((one("a"), one("b")))]),
        ("a AND b", [one("a"), one("b")]),
        ("(a or b)", [one("a"), one("or"), one("b")]),
        ("-a NOT b --c", [Not(one("a")), Not(one("b")), Not(one("c"))]),
        ("a - b * -", [one("a"), one("b")]),
        ("multi-agency", [Words(("multi", "agency"), "multi-agency")]),
        ("safeg*", [Prefix(("safeg",), "safeg")]),
        ("multi-ag*", [one("multi"), Prefix(("ag",), "ag")]),
        ("-multi-ag*", [Not(And((one("multi"), Prefix(("ag",), "ag"))))]),
        ("colour:red", [one("colour"), one("red")]),
        ('area:"North Yorkshire"', [Filter("area", "North Yorkshire")]),
        ("AREA: Leeds", [Filter("area", "Leeds")]),
        ("area:Leeds x area:York", [Or((Filter("area", "Leeds"), Filter("area", "York"))), one("x")]),
        ("-area:Leeds -area:York", [Not(Filter("area", "Leeds")), Not(Filter("area", "York"))]),
        ("year:2023", [Published(date(2023, 1, 1), date(2024, 1, 1), "year 2023")]),
        ("after:2023-12", [Published(date(2023, 12, 1), None, "after 2023-12")]),
        ("before:31/5/2023", [Published(None, date(2023, 5, 31), "before 31/5/2023")]),
        ("x year:soon", [one("x")]),
        ("year:soon", [Or(())]),
        ("!!!", [Or(())]),
        ("x x", [one("x")]),
    ],
)
def test_meaning(text: str, nodes: list[Node]) -> None:
    assert list(parse(text).root.nodes) == nodes


def test_years_are_alternatives_and_bounds_are_not() -> None:
    both = parse("year:2022 year:2023 after:2022-06 before:2023-06").root.nodes
    assert [type(node) for node in both] == [Or, Published, Published]


def test_synonyms_of_a_word_and_of_a_run_of_words() -> None:
    (word,) = parse("SCR", synonyms).root.nodes
    assert word == Or((Words(("scr",), "SCR"), Words(("lcspr",), "LCSPR"), one("serious case review")), synonyms=True)
    run, leeds = parse("serious case reviews Leeds", lambda term: synonyms(term.removesuffix("s"))).root.nodes
    assert isinstance(run, Or)
    assert run.nodes[1:] == (Words(("scr",), "SCR"), Words(("lcspr",), "LCSPR"))
    assert leeds == Words(("leed",), "Leeds")


@pytest.mark.parametrize("text", ["-SCR", "domestic OR abuse", "domestic -abuse", "ghost", "scrap", '-"SCR"'])
def test_no_synonyms_here(text: str) -> None:
    assert parse(text, synonyms).root == parse(text).root


def test_explained_in_words() -> None:
    query = parse('scr "poor housing" safeg* -adult area:Leeds area:York year:soon', synonyms)
    assert query.explained == (
        "Looked for “scr” (also “LCSPR”, “serious case review”); and “poor housing”; and words beginning with “safeg”; "
        "and without “adult”; and area Leeds or area York. "
        "Left out: year:soon, which is no date (2023, 2023-05 or 2023-05-31)."
    )
    assert parse("").explained == ""
    assert parse("?").explained == "Left out: everything: nothing in it can be searched for."


def test_sought_are_the_words_that_a_hit_shows() -> None:
    query = parse("scr -adult safeg* area:Leeds scr", synonyms)
    assert [node.printed for node in query.sought] == ["scr", "LCSPR", "serious case review", "safeg"]


PIECES = st.sampled_from(
    ["OR", "AND", "NOT", "-", '"', "*", "area:", "year:", "before:31/2/2023", "(", ")", "|", " ", "a"]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join), st.lists(PIECES).map("".join)))
def test_nothing_typed_is_an_error(text: str) -> None:
    query = parse(text, synonyms)
    assert bool(query.root.nodes) == bool(text.strip())
    assert query.explained or not text.strip()


@pytest.mark.parametrize(
    "text", ["-" * 10_000, '"' * 10_000, "a OR " * 2_500, "x-" * 5_000, "area:" * 2_000, "\0" * 10_000]
)
def test_much_rubbish_is_cut_short(text: str) -> None:
    query = parse(text, synonyms)
    assert len(query.root.nodes) <= 64
    assert "very long" in query.explained
