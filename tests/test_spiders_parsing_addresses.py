"""Addresses: what to fetch, and what makes two of them one."""

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.parsing.addresses import absolute, canonical, is_document, key_of, media_type_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/a/", "https://example.org/a"),
        ("https://EXAMPLE.org:443/a#top", "https://example.org/a"),
        ("https://example.org/a?siteContrast=high", "https://example.org/a"),
        ("https://example.org/a?black", "https://example.org/a"),
        ("https://example.org/a?opt-in-translate=True&utm_source=x", "https://example.org/a"),
        ("https://example.org/p/a/print", "https://example.org/p/a"),
        ("https://example.org/x?b=2&a=1", "https://example.org/x?a=1&b=2"),
        ("https://blob.example.net/c/9f2?sv=1&sig=a", "https://blob.example.net/c/9f2?sv=1&sig=b"),
        ("https://example.org/downloads/file/123/old_title", "https://example.org/downloads/file/123/new_title"),
        ("https://us10.campaign-archive.com/?u=0a&id=9f&e=77", "https://us10.campaign-archive.com/?u=0a&id=9f"),
    ],
)
def test_one_thing_under_two_addresses(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/articles.php?id=1", "https://example.org/articles.php?id=2"),
        ("https://example.org/a.php?newsID=1", "https://example.org/a.php?newsID=2"),
        ("https://example.org/i.php?documentID=1", "https://example.org/i.php?documentID=2"),
        ("https://example.org/?mailpoet_router&data=WzE", "https://example.org/?mailpoet_router&data=WzI"),
        ("https://example.org/downloads/file/1/a", "https://example.org/downloads/file/2/a"),
    ],
)
def test_parameters_that_say_what_is_meant_stay(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_a_source_has_its_own_noise_and_its_own_identity() -> None:
    assert canonical("https://example.org/a?v=8&black=1", drop=["v"], keep=["black"]) == "https://example.org/a?black=1"


def test_the_signature_stays_in_the_address_that_is_fetched() -> None:
    assert "sig=a" in canonical("https://blob.example.net/c?sig=a")


@pytest.mark.parametrize(
    ("url", "document"),
    [
        ("https://example.org/A.PDF", True),
        ("https://example.org/downloads/file/123/slug", True),
        ("https://example.org/downloads/download/19/slug", False),
        ("https://example.org/x?doc=77", True),
        ("https://example.org/doc/a.pdf?download=1", True),
        ("https://example.org/wp-content/uploads/2031/a.png", False),
        ("https://example.org/reviews/child-q", False),
    ],
)
def test_documents(url: str, document: bool) -> None:
    assert is_document(url) is document


def test_media_type_by_ending() -> None:
    assert media_type_of("https://example.org/a.PDF?x=1") == "application/pdf"
    assert media_type_of("https://example.org/a") == ""


@pytest.mark.parametrize(
    "href", ["", "#top", "mailto:a@example.org", "javascript:void(0)", "tel:1", "http://[bad", "data:,x"]
)
def test_what_is_no_address(href: str) -> None:
    assert absolute("https://example.org/a/", href) == ""


def test_relative_addresses() -> None:
    assert absolute("https://example.org/a/b/", "../files/x%20y.pdf#page=2") == "https://example.org/a/files/x%20y.pdf"


@given(st.text(max_size=60))
def test_no_link_is_too_odd(href: str) -> None:
    url = absolute("https://example.org/a/", href)
    if url:
        assert key_of(url)


NAMES = st.text("abYZ09-._~", min_size=0, max_size=4)
PATHS = st.lists(NAMES, max_size=4).map(lambda names: "".join(f"/{name}" for name in names))


@given(
    PATHS, st.sampled_from(["https://www.example.org", "http://example.org:8080", "ftp://example.org", "", "mailto:x"])
)
def test_the_short_way_leads_to_the_same_address(path: str, site: str) -> None:
    long_way = urljoin(f"{site}/reviews/list", path)
    is_web = site.startswith("http")

    assert absolute(f"{site}/reviews/list", path) == (long_way if is_web and path else "")


@given(PATHS, st.sampled_from(["www.example.org", "example.org.", "EXAMPLE.org", "example.org:80", "a.b-c.example"]))
def test_an_address_that_is_canonical_stays(path: str, host: str) -> None:
    # a parameter that means nothing is taken off by the long way, so the rest of the address goes through it
    assert canonical(f"https://{host}{path}") == canonical(f"https://{host}{path}?utm_source=x")
