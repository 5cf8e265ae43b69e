"""What sources state of a case, and whether two statements agree. All cases are invented."""

import pytest

from store.case_facts import CaseFacts, agreeing, differing, stated


def of(*texts: str) -> CaseFacts:
    return stated(texts)


@pytest.mark.parametrize(
    ("one", "other", "agree", "differ"),
    [
        ("Death of a 4-month-old boy in March 2021.", "A baby boy, aged 17 weeks, died", [], []),
        ("Death of a 4-month-old boy in March 2021.", "Infant, aged 17 weeks, died in April 2021", None, []),
        ("Injury of a girl aged 14.", "A 15-year-old girl was harmed", ["age", "sex"], []),
        ("Injury of a girl aged 14.", "A seven-week-old boy", [], ["age", "sex"]),
        ("A review of a 3-year-old child and her mother, aged 19", "child aged 3", ["age"], []),
        ("The mother was 19 years old; the father, 22-year-old Mr P", "girl aged 3", [], []),
        ("Two siblings, a boy aged 3 and a girl aged 5", "A five-year-old girl", ["age", "sex"], []),
        ("He died in 2019.", "Death of a child in December 2019", ["date of the incident"], []),
        ("He died in January 2019.", "Death of a child in June 2021", [], ["date of the incident"]),
        ("Published in 2019", "Written in 2021", [], []),
        ("Male infant", "Female infant", [], []),
    ],
)
def test_two_statements(one: str, other: str, agree: list[str] | None, differ: list[str]) -> None:
    mine, theirs = of(one), of(other)
    assert differing(mine, theirs) == differing(theirs, mine) == differ
    if agree:
        assert agreeing(mine, theirs) == agree


def test_reference_numbers_are_only_what_is_called_so() -> None:
    assert of("Reference: ESCP/2023-04", "ISBN 978-1-84478-123-4").references == {"escp202304", "9781844781234"}
    assert of("Ref no. 20/117").references == of("Ref: 20-117").references == {"20117"}
    assert of("Child A 2023", "with reference to neglect", "SCR 2016").references == frozenset()
