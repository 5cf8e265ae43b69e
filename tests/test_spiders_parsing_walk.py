"""A page as a tree: what belongs to it, what its words are, and what a selector means within a part."""

import pytest
from cssselect import SelectorError

from spiders.parsing.lines import LONGEST_LINE, lines_of
from spiders.parsing.page import region, tree
from spiders.parsing.walk import compiled, content, first, parsed, remove, selected, words


def test_what_stands_after_the_end_of_the_page_belongs_to_it() -> None:
    page = parsed("<html><body><p>One</p></body></html><p>Two</p>")

    assert words(page) == "One Two"


@pytest.mark.parametrize("text", ["", "<!-- nothing -->", "\x00", "  "])
def test_a_page_of_nothing_is_a_page(text: str) -> None:
    assert region(tree(text)).tag in ("html", "body")


def test_scripts_say_nothing() -> None:
    assert words(parsed("<p>One<script>var two = '<b>'</script><style>p {}</style></p>")) == "One"


def test_words_around_what_is_taken_out_stay_apart() -> None:
    page = parsed("<p>Report<svg><title>icon</title></svg>PDF</p>")
    remove(first(page, "svg"))

    assert words(page) == "Report PDF"
    assert list(content(first(page, "p"))) == ["Report", "PDF"]


def test_a_selector_is_about_the_whole_page_and_finds_what_is_within_the_part() -> None:
    page = parsed("<main><ul class=all><li><a href=a>A</a></li></ul></main><ul class=all><li>B</li></ul>")
    part = first(page, "ul")

    assert [words(node) for node in selected(part, "main ul.all > li")] == ["A"]
    assert selected(part, "ul") == []


def test_what_is_no_selector_is_said_to_be_none() -> None:
    with pytest.raises(SelectorError):
        compiled("li >")


def test_elements_too_deep_for_any_honest_page_are_cut_off() -> None:
    page = tree("<div>" * 1000 + "deep" + "</div>" * 1000 + "<p>shallow</p>")

    assert words(page).split() == ["shallow"]


def test_a_paragraph_without_end_is_read_as_far_as_an_honest_one_goes() -> None:
    page = tree("<p>" + "Child Q published 1 March 2024 (" * 20_000 + "</p><p>after</p>")
    lines = lines_of(region(page), "https://www.example.org/")

    assert [len(line.text) <= LONGEST_LINE for line in lines] == [True, True]
    assert lines[1].text == "after"
