"""Every real feed among the samples is read without a crash; the broken ones say what they are."""

from pathlib import Path

import pytest
from scrapy.http import TextResponse

from spiders.feed import Kind
from store.reading import LeftOut, Problem, SeenEntry
from tests.govuk_twin import job
from tests.real_samples import parameters

URL = "https://feeds.example.org/feed"


@pytest.mark.parametrize("path", parameters("feeds/*/*"))
def test_a_real_feed(path: Path) -> None:
    found = list(Kind(job(URL)).parse(TextResponse(URL, body=path.read_bytes())))
    entries = [one for one in found if isinstance(one, SeenEntry)]
    problems = [one for one in found if isinstance(one, Problem)]
    assert len({entry.key for entry in entries}) == len(entries)
    assert all(entry.heading and entry.key for entry in entries)
    assert all(isinstance(one, SeenEntry | LeftOut | Problem) for one in found)
    assert not (entries and problems)
