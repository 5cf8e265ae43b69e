"""`sources check --save`: a page and what was found on it, as a case for tests/fixtures."""

import json
from pathlib import Path
from typing import Any

from spiders.engine import replay
from spiders.engine.replay_child import XML
from store.reading import CrawlJob, Reading, SeenEntry

FIELDS = {"key", "heading", "kind", "subject", "area", "published"}
DOCUMENT_FIELDS = {"url", "role", "media_type"}


def save(job: CrawlJob, reading: Reading, folder: Path) -> list[Path]:
    """Write the pages of a check and what today's code finds on them; a person looks whether that is right.

    Returns the files. Raises OSError when the folder cannot be written.
    """
    bodies = {page.url: page.body for page in reading.pages if page.body}
    plain = CrawlJob.model_validate(
        {name: getattr(job, name) for name in ("kind", "url", "options", "publisher_names", "user_agent", "now")}
        | {"source": "saved-page"}
    )
    found = replay.replay(plain, bodies)
    folder.mkdir(parents=True, exist_ok=True)
    names = {url: _file_name(job, url, number, body) for number, (url, body) in enumerate(sorted(bodies.items()), 1)}
    for url, name in names.items():
        (folder / name).write_text(bodies[url], encoding="utf-8")
    expected = folder / f"{job.source}.expected.json"
    expected.write_text(
        json.dumps(_expected(plain, found, names), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return [expected, *(folder / name for name in names.values())]


def _file_name(job: CrawlJob, url: str, number: int, body: str) -> str:
    begins = body.lstrip("\ufeff \r\n\t")[:200].lower()
    ending = ".xml" if begins.startswith(XML) else ".html" if begins.startswith("<") else ".json"
    return job.source + ("" if url == job.url else f"-{number}") + ending


def _expected(job: CrawlJob, found: Reading, names: dict[str, str]) -> dict[str, Any]:
    return {
        "url": job.url,
        "job": {"options": job.options, "publisher_names": list(job.publisher_names)},
        "pages": {url: name for url, name in names.items() if url != job.url},
        "entries": [_entry(entry) for entry in sorted(found.entries, key=lambda entry: entry.key)],
        "left_out": [one.model_dump(include={"text", "reason"}) for one in found.left_out],
    }


def _entry(entry: SeenEntry) -> dict[str, Any]:
    row = entry.model_dump(mode="json", include=FIELDS)
    documents = [document.model_dump(mode="json", include=DOCUMENT_FIELDS) for document in entry.documents]
    return {"key": row.pop("key"), **row, "documents": documents}
