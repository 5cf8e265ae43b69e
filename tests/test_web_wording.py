"""The words of our pages: sentences that stand apart, on every page."""

import re
from datetime import datetime
from pathlib import Path

from bs4 import BeautifulSoup

from store.database import engine_for
from tests.furnished import furnish
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, serving, settings_for, sign_in

GLUED = re.compile(r"[a-z)][.;][A-Z][a-z]+ ")


def test_no_page_glues_two_sentences(sqlite_address: str, tmp_path: Path, now: datetime) -> None:
    settings = settings_for(sqlite_address, tmp_path)
    engine = engine_for(sqlite_address)
    samples = furnish(engine, settings, tmp_path, now=now)
    glued, read = [], 0
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        for path in paths("GET"):
            answer = client.get(address(path, samples), follow_redirects=False)
            if answer.headers.get("content-type", "").startswith("text/html"):
                read += 1
                page = BeautifulSoup(answer.text, "lxml")
                texts = (" ".join(tag.get_text("").split()) for tag in page.select("main p, main li, main td"))
                glued += [(path, found[0], text[:80]) for text in texts if (found := GLUED.search(text))]
    engine.dispose()
    assert read > 30
    assert glued == []
