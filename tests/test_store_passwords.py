"""Passwords: what will do, and hashing."""

import pytest

from store import passwords

PASSWORD = "three quiet lanterns"


def test_only_the_right_password_fits() -> None:
    known = passwords.hashed(PASSWORD)
    assert PASSWORD not in known
    assert passwords.fits(known, PASSWORD)
    assert not passwords.fits(known, PASSWORD + "x")
    assert not passwords.fits(known, "")


def test_nothing_fits_where_there_is_no_password() -> None:
    assert not passwords.fits("", PASSWORD)
    assert not passwords.fits("", "")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "marigold2026!", "x" * 300])
def test_passwords_that_will_not_do(password: str) -> None:
    assert passwords.problem(password, "marigold@example.org")


def test_three_words_will_do() -> None:
    assert passwords.problem(PASSWORD, "marigold@example.org") == ""
