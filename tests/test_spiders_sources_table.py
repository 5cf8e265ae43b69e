"""The table of sources is true: every row has a case that exists, every saved page is one of the rows' or a kind's."""

import pytest

from spiders.base import kinds
from tests.sources_table import PAGE, is_there, proofs, saved_pages, table

CASES = sorted({case for rows in proofs().values() for cases in rows.values() for case in cases})


def test_the_page_is_as_made() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(), "run: python -m tests.sources_table"


@pytest.mark.parametrize("case", CASES)
def test_every_case_exists(case: str) -> None:
    assert is_there(case)


def test_every_shape_trap_and_kind_has_its_row() -> None:
    assert [row.partition(".")[0] for row in proofs()["shapes"]] == [str(number) for number in range(1, 13)]
    assert [row.partition(".")[0] for row in proofs()["traps"]] == [str(number) for number in range(1, 23)]
    assert all(cases for rows in proofs().values() for cases in rows.values())
    assert all(saved_pages(kind) for kind in kinds())
