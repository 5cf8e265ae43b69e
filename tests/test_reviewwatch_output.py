"""Tables, JSON, and that nothing from outside steers a terminal."""

from datetime import UTC, date, datetime

import pytest

from reviewwatch.output import WIDEST, clean, details, show, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\tand more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("right\u202eto left", "right to left"),
        ("  much   space ", "much space"),
        ("", ""),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_table_has_a_column_for_each_key() -> None:
    rows = [{"name": "a", "last_read": datetime(2026, 3, 2, 9, tzinfo=UTC), "topics": ["x", "y"], "on": True}]
    assert table(rows) == "name  last read         topics  on\na     2026-03-02 09:00  x, y    yes"


def test_long_texts_are_cut_but_in_the_last_column() -> None:
    line = table([{"first": "x" * 100, "last": "y" * 100}]).splitlines()[1]
    assert line == "x" * (WIDEST - 1) + "…  " + "y" * 100


def test_details_say_what_is_not_there() -> None:
    assert details({"name": "a", "note": "", "since": None}) == "name   a\nnote   -\nsince  -"


def test_json_is_compact_and_knows_days_and_moments(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"at": datetime(2026, 3, 2, tzinfo=UTC), "day": date(2026, 3, 2), "text": "é\x1b"}], as_json=True)
    assert capsys.readouterr().out == '[{"at":"2026-03-02T00:00:00+00:00","day":"2026-03-02","text":"é\\u001b"}]\n'


def test_nothing_is_an_empty_list_or_words(capsys: pytest.CaptureFixture[str]) -> None:
    show([], as_json=True)
    show([], as_json=False, nothing="there is nothing")
    assert capsys.readouterr().out == "[]\nthere is nothing\n"
