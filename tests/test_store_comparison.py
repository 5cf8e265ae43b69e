"""What differs between two versions, in words, by page."""

from store.comparison import Difference, differences


def test_a_lost_name_is_shown_with_the_words_around_it_and_its_page() -> None:
    old = ["The school wrote often.", "The lodger, Mr Quillfeather, was known to no agency before the summer."]
    new = ["The school wrote", "often. The lodger, a relative, was known to no agency before the summer."]
    assert list(differences(old, new)) == [
        Difference(
            page=2,
            before="The school wrote often. The lodger,",
            lost="Mr Quillfeather,",
            added="a relative,",
            after="was known to no agency before",
        )
    ]


def test_what_only_runs_on_to_the_next_page_is_no_difference() -> None:
    assert list(differences(["one two", "three"], ["one", "two three"])) == []


def test_what_is_new_at_the_end_stands_on_the_last_page() -> None:
    (found,) = differences(["one two", "three"], ["one two three four"])
    assert (found.page, found.lost, found.added) == (2, "", "four")


def test_nothing_against_something() -> None:
    assert [(one.page, one.added) for one in differences([], ["one"])] == [(1, "one")]
