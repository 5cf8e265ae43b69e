"""What a machine's settings make of themselves."""

import pytest

from config.settings import Settings

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
