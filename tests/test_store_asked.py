"""A question's small words are left out, and what is left means the same as a topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.themes import vocabulary
from store.asked import asked
from store.query import parse


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("what did the review from Exampleshire say about exclusion?", "review Exampleshire exclusion?"),
        ("is there a review of a child in a wheelchair", "review child wheelchair"),
        ("WHAT about IT systems that failed", "WHAT IT systems failed"),  # in capitals it may be a name
        ("child a in Exampleshire neglect", "child a Exampleshire neglect"),
        ("review about children in care and neglect", "review children in care neglect"),  # a name that is known
        ('"what did the child say" about the move of homes', '"what did the child say" move homes'),
        ("neglect OR the harm of a move", "neglect OR the harm move"),
        ("about area:Exampleshire the homes of babies", "area:Exampleshire homes babies"),
        ("-the reviews of babies -about home", "-the reviews babies -about home"),
        ("“one at a time” records (of the) moves", '"one at a time" records moves'),
    ],
)
def test_small_words_are_left_out(typed: str, kept: str) -> None:
    query = asked(typed, vocabulary().synonyms)
    assert query.text == kept
    assert "Small words left out: " in query.explained
    assert query.root == parse(kept, vocabulary().synonyms).root


def test_what_was_left_out_is_said_once() -> None:
    query = asked("What did the review of the family say?")
    assert query.explained == "Looked for “review”; and “family”. Small words left out: what, did, the, of, say."


@pytest.mark.parametrize("typed", ["home of children", "what is it about", "", '"all of it" the', "the of OR"])
def test_short_texts_and_texts_of_nothing_else_stay(typed: str) -> None:
    assert asked(typed) == parse(typed)


PIECES = (
    "the", "a", "i", "what", "OR", "NOT", "|", '"the"', "neglect", "area:the", "-of", "about", "children", "in", "care",
    "ho*", "(", "A", "?",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_what_is_kept_means_the_same_to_a_topic(typed: str) -> None:
    query = asked(typed, vocabulary().synonyms)
    assert parse(query.text, vocabulary().synonyms).root == query.root
