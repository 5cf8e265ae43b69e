"""Addresses at rest."""

from datetime import datetime, timedelta

import pytest

from alerts.links import LinkError, confirm_token, read_confirm, read_unsubscribe, unsubscribe_token
from alerts.secrets import SecretError, decrypt, encrypt, rotate

ADDRESS = "https://prod.example/workflows/1?sig=secret"


def test_only_the_key_reads_it() -> None:
    kept = encrypt(ADDRESS, "one key")
    assert "secret" not in kept
    assert decrypt(kept, "one key") == ADDRESS
    with pytest.raises(SecretError, match="SECRET_KEY"):
        decrypt(kept, "another key")


def test_keys_are_changed_one_after_the_other() -> None:
    kept = encrypt(ADDRESS, "old")
    assert decrypt(kept, "new,old") == ADDRESS
    renewed = rotate(kept, "new,old")
    assert decrypt(renewed, "new") == ADDRESS


def test_unsubscribe_links(now: datetime) -> None:
    token = unsubscribe_token("old", 1, 2, "a@example.org")
    assert read_unsubscribe("new,old", token) == (1, 2, "a@example.org")
    for wrong in ("", "x", token[:-1], confirm_token("old", 2, now=now)):
        with pytest.raises(LinkError):
            read_unsubscribe("old", wrong)


def test_confirm_links_hold_for_seven_days(now: datetime) -> None:
    token = confirm_token("key", 7, now=now)
    assert read_confirm("new,key", token, now=now + timedelta(days=7)) == 7
    for key, moment in (("other", now), ("key", now + timedelta(days=7, seconds=1))):
        with pytest.raises(LinkError):
            read_confirm(key, token, now=moment)
    with pytest.raises(LinkError):
        read_confirm("key", unsubscribe_token("key", 1, 2, "a@example.org"), now=now)
