"""Each rendering as it has to look, in tests/fixtures/alerts/; and cards held against the rules of Adaptive Cards.

After a wished change of a rendering: `WRITE_GOLDEN=1 pytest tests/test_alerts_golden.py`, then read the difference.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alerts.card import lines_card
from alerts.edition import Edition
from alerts.render import render, web_fragment
from tests.adaptive_card import faults
from tests.editions import INJECTION, edition, item

FIXTURES = Path(__file__).parent / "fixtures" / "alerts"
BASE = "https://watch.example.org"
FORMS: dict[str, Callable[[Edition], str]] = {
    "mail.html": lambda of: render(of, BASE).html,
    "mail.txt": lambda of: render(of, BASE).text,
    "card.json": lambda of: json.dumps(json.loads(render(of, BASE).card), indent=1, ensure_ascii=False) + "\n",
    "service.md": lambda of: render(of, BASE).markdown(),
    "service.txt": lambda of: render(of, BASE).plain(),
    "web.html": lambda of: str(web_fragment(of, BASE)),
}


def usual() -> Edition:
    """Two reviews, one of them late, an update, a withdrawn one, a publisher that could not be read."""
    withdrawn = "A review that we listed in digest 7 has been withdrawn by its publisher; please do not pass it on."
    return edition(2, notices=(withdrawn,))


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("case", ["usual", "nothing-new"])
def test_the_rendering_is_as_it_was(case: str, name: str) -> None:
    made = FORMS[name](usual() if case == "usual" else edition(0, updates=(), baselines=(), catch_up=True))
    path = FIXTURES / f"{case}.{name}"
    if os.environ.get("WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("count", [0, 1, 40, 400])
def test_cards_keep_the_rules(count: int) -> None:
    assert faults(json.loads(render(edition(count), BASE).card)) == []


def test_cards_keep_the_rules_whatever_publishers_print() -> None:
    hostile = item(1, title=INJECTION, url="javascript:alert(1)", documents=item(1).documents * 9, abstract=INJECTION)
    assert faults(json.loads(render(edition(0, items=(hostile,)), BASE).card)) == []
    assert faults(json.loads(lines_card("A heading", [INJECTION], BASE))) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": [{"type": "Image", "url": "https://elsewhere.example/x.png"}]}, "Image may not stand here"),
        ({"body": [{"type": "TextBlock", "text": "x", "colour": "red"}]}, "TextBlock has no colour"),
        ({"body": [{"type": "TextBlock", "text": ""}]}, "TextBlock needs text"),
        ({"actions": [{"type": "Action.OpenUrl", "title": "x", "url": "javascript:1"}]}, "no web address"),
        ({"actions": [{"type": "Action.OpenUrl", "title": "x", "url": BASE}] * 7}, "more than 6 actions"),
    ],
)
def test_the_rules_find_faults(change: dict[str, Any], said: str) -> None:
    message = json.loads(render(edition(1), BASE).card)
    message["attachments"][0]["content"] |= change
    assert any(said in fault for fault in faults(message))


def test_a_card_leads_to_each_document() -> None:
    card = render(edition(1), BASE).card
    assert "https://ashshire.example/1.pdf" in card
    assert "https://ashshire.example/1%20brief.pdf" in card
    assert "Overview report (24 pages, 1.2 MB)" in card
    assert "Also listed by Library" in card
    assert "(page 12)" in card
