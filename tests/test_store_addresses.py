"""Address keys: the quick way for ordinary addresses says what the whole way says."""

import random
import re

import pytest

from store import addresses
from store.addresses import address_key, host_of

PIECES = [
    "/", "/", "/reviews", "/Child-A", "/%20x", "?a=1&utm_source=b", "#part", "/..", "/.", "/.well",
    "/downloads/file/12", "/slug_1", "/index.html", "/~old", "/é", " ", ":8080", "//", ";v=1", "/a.pdf",
]  # fmt: skip
HOSTS = ["https://www.a.example", "http://a.example", "HTTP://A.example", "https://www.www.b-c.example"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.a.example/reviews/", "a.example/reviews"),
        ("http://a.example", "a.example"),
        ("https://a.example/downloads/file/12/child-a", "a.example/downloads/file/12"),
        ("https://a.example/reviews?utm_source=b&page=2", "a.example/reviews?page=2"),
    ],
)
def test_one_form_for_an_address(url: str, key: str) -> None:
    assert address_key(url) == key


def test_quick_and_whole_way_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    urls = [chance.choice(HOSTS) + "".join(chance.choices(PIECES, k=chance.randint(0, 4))) for _ in range(3000)]
    quick = [(_or_error(address_key, url), _or_error(host_of, url)) for url in urls]
    nothing = re.compile(r"(?!)")
    monkeypatch.setattr(addresses, "_ORDINARY", nothing)
    monkeypatch.setattr(addresses, "_HOST", nothing)
    assert quick == [(_or_error(address_key, url), _or_error(host_of, url)) for url in urls]


def _or_error(function: object, url: str) -> str:
    assert callable(function)
    try:
        return str(function(url))
    except ValueError:
        return "no address"
