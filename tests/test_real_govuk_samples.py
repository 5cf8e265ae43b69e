"""Real content items among the samples, served on loopback: each is read as what it is."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from spiders.parsing.govuk import ContentItem, Place, read_item, redirect_target
from store.reading import EntryState, LeftOut, PublicationKind, SeenEntry
from tests.govuk_twin import GovukTwin, Item, reading_of
from tests.real_samples import parameters, samples

ITEMS = "govuk/content-items/*.json"
PLACE = Place("https://www.gov.uk/list", "https://www.gov.uk/api/content/item")


def content(path: Path) -> Item:
    read: Item = json.loads(path.read_text("utf-8"))
    return read


@pytest.mark.parametrize("path", parameters(ITEMS))
def test_a_real_item(path: Path) -> None:
    raw = content(path)
    item = ContentItem.model_validate(raw)
    if item.schema_name == "redirect":
        assert redirect_target(item).startswith("/")
        return
    found = read_item(item, PLACE)
    if isinstance(found, LeftOut):
        assert found.reason
        assert item.schema_name != "publication"
        return
    _is_whole(found, raw)


def _is_whole(entry: SeenEntry, raw: Item) -> None:
    details: dict[str, Any] = raw.get("details") or {}
    withdrawn = bool((raw.get("withdrawn_notice") or {}).get("withdrawn_at"))
    gone = raw["schema_name"] == "gone"
    state = EntryState.GONE if gone else EntryState.WITHDRAWN if withdrawn else EntryState.LIVE
    assert entry.state is state
    assert len(entry.notes) == len(details.get("change_history") or ())
    files = details.get("attachments") or details.get("documents") or ([] if gone else [raw["base_path"]])
    assert len(entry.documents) == len(files)
    assert gone or entry.published
    assert gone or entry.heading == " ".join(raw["title"].split())


def test_the_real_items_as_one_organisation() -> None:
    paths = samples(ITEMS)
    if not paths:
        pytest.skip("the real samples are not beside the repository")
    with GovukTwin([content(path) for path in paths], everything=True) as twin:
        reading = reading_of(twin)
        again = reading_of(twin, before=reading)
        publications = [item for item in twin.items.values() if item["schema_name"] == "publication"]
    states = Counter(entry.state for entry in reading.entries)
    assert reading.problem is None
    assert {item["content_id"] for item in publications} <= {entry.key for entry in reading.entries}
    assert states[EntryState.WITHDRAWN] >= 4
    assert states[EntryState.GONE] >= 2  # one gone, one redirected to what is not among the samples
    assert PublicationKind.THEMATIC_REPORT in {entry.kind for entry in reading.entries}
    assert (again.problem, again.entries, again.requests) == (None, (), 2)  # robots.txt and the list
