"""What a machine's settings make of themselves."""

import re

import pytest

from config.settings import Settings, SettingsError, load_settings

PAGE = "https://archive.example.org/for-publishers"


@pytest.mark.parametrize(
    ("given", "agent"),
    [
        ({"base_url": "https://archive.example.org/"}, f"reviewwatch/0.1 (+{PAGE})"),
        (
            {"base_url": "https://archive.example.org", "contact": "a@example.org"},
            f"reviewwatch/0.1 (+{PAGE}; a@example.org)",
        ),
        ({"contact": "a@example.org"}, "reviewwatch/0.1 (+a@example.org)"),
        ({}, "reviewwatch/0.1 (+http://localhost:8000/for-publishers)"),
    ],
)
def test_the_user_agent_leads_to_the_page_for_publishers(given: dict[str, str], agent: str) -> None:
    """And to a person; the address of a machine that nobody else reaches is not given where there is a contact."""
    assert Settings(**given).user_agent == agent


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("files_url", "/srv/files", "REVIEWWATCH_FILES_URL: use file:///FOLDER"),
        ("base_url", "reviews.example.org", "REVIEWWATCH_BASE_URL: use the whole address"),
        ("base_url", "ftp://reviews.example.org", "REVIEWWATCH_BASE_URL: use the whole address"),
        ("base_url", "https://example.org/reviews", "REVIEWWATCH_BASE_URL: use the whole address of a host, without"),
        ("base_url", "https://reviews.example.org/?a=b", "REVIEWWATCH_BASE_URL: use the whole address"),
        ("secret_key", "new,", "REVIEWWATCH_SECRET_KEY: one of the keys is empty"),
        ("mail_from", "watch", "REVIEWWATCH_MAIL_FROM: write Name <address@example.org>"),
        ("mail_from", "Siân <siân@example.org>", "REVIEWWATCH_MAIL_FROM: write Name <address@example.org>"),
        ("oidc_only", "true", "REVIEWWATCH_OIDC_ONLY is set without a provider"),
        ("oidc_issuer", "https://login.example.org", "REVIEWWATCH_OIDC_ISSUER is set, so REVIEWWATCH_OIDC_CLIENT_ID"),
    ],
)
def test_what_cannot_be_is_said_at_once(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match="^" + re.escape(said)):
        load_settings(**{name: value})


@pytest.mark.parametrize("value", ["https://reviews.example.org", "http://localhost:8000/"])
def test_an_address_for_readers(value: str) -> None:
    assert load_settings(base_url=value).public_url == value.rstrip("/")
