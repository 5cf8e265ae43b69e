"""Text from outside in every page, feed, file and message: whatever stands in the database, it never runs."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx2
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from docx import Document
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine
from sqlmodel import AutoString, select

from alerts.edition import Edition
from alerts.render import render
from config.settings import Settings
from store import search_index
from store.database import METADATA, engine_for, reading, writing
from store.models import Digest, Publication
from tests.furnished import furnish
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, serving, settings_for, sign_in

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{7*7}}[a](javascript:alert(3))"
PLANTED = f"=1+1{SCRIPT}\r\nTY  - PLANTED\x0b"
LINK = 'javascript:alert(4)//"onmouseover="alert(5)\nUR  - PLANTED'
OURS = {
    "kind", "role", "state", "status", "precision", "basis", "frequency", "at", "every", "outcome", "answer",
    "decision", "text_state", "sha256", "hash", "email", "password_hash", "secret", "slug", "source.name", "source.url",
    "sort", "search_row", "signal", "version", "content_hash", "text_hash",
}  # fmt: skip
"""Words of our own, keys, and what is checked before it is kept: nobody outside sets them."""
LINKS = {"url", "final_url", "page", "detail_page", "home", "address"}
NOT_SERVED = {"/sign-in", "/sign-in/oidc", "/sign-in/oidc/back"}
"""Lead elsewhere whoever is signed in."""


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path) -> Settings:
    return settings_for(sqlite_address, tmp_path)


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def samples(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> dict[str, str]:
    made = furnish(engine, settings, tmp_path, now=now)
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            plant(connection, table)
    with writing(engine) as session:
        for row in session.exec(select(Publication)).all():
            search_index.reindex_publication(session, row)
    return made


@pytest.fixture
def client(engine: Engine, settings: Settings, samples: dict[str, str], now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        yield client


def plant(connection: Connection, table: sa.Table) -> None:
    """The marker in every text of the table that is not ours; `now` counts rows, for columns that must differ."""
    for number, row in enumerate(connection.execute(sa.select(table)).mappings().all()):
        changed = {
            column.name: planted(column.name, row[column.name], number)
            for column in table.columns
            if isinstance(column.type, AutoString | sa.JSON)
            and not (column.primary_key or column.foreign_keys)
            and not {column.name, f"{table.name}.{column.name}", table.name} & OURS
        }
        if changed:
            same = [column == row[column.name] for column in table.primary_key.columns]
            connection.execute(sa.update(table).where(*same).values(changed))


def planted(name: str, value: Any, number: int = 0) -> Any:
    if isinstance(value, dict):
        return {key: planted(key, one) for key, one in value.items()}
    if isinstance(value, list):
        return [planted(name, one) for one in value]
    if not isinstance(value, str) or name in OURS or _is_moment(value):
        return value
    return f"{LINK if name in LINKS else PLANTED}{number}"


def _is_moment(value: str) -> bool:
    try:
        return bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def faults(html: str) -> list[str]:
    """What a browser would run, or load from elsewhere."""
    page = BeautifulSoup(html, "lxml")
    found = [
        str(tag) for tag in page.find_all(["script", "iframe", "object", "embed", "img"]) if "nonce" not in tag.attrs
    ]
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            text = str(value).strip().lower()
            runs = name.startswith("on") or (
                name in ("href", "src", "action", "formaction") and ":" in text.split("/")[0]
            )
            if runs and not text.startswith(("https:", "http:", "mailto:", "data:image/svg")):
                found.append(f"{tag.name} {name}={text[:60]}")
    return found


def csv_faults(text: str) -> list[str]:
    rows = list(csv.reader(io.StringIO(text)))
    return [cell for row in rows for cell in row if cell[:1] and cell[0] in "=+-@\t\r"]


def ris_faults(text: str) -> list[str]:
    lines = text.splitlines()
    wrong = [line for line in lines if line[2:6] != "  - "]
    return wrong + ([] if text.count("\nTY  - ") + 1 == text.count("ER  - ") else ["a record was made up"])


def feed_faults(text: str) -> list[str]:
    root = ElementTree.fromstring(text)
    inside = [one.text or "" for one in root.iter() if one.get("type") == "html"]  # all else is plain text
    links = [one.attrib["href"] for one in root.iter() if "href" in one.attrib]
    return [fault for text in inside for fault in faults(text)] + [link for link in links if "javascript" in link[:12]]


def docx_faults(content: bytes) -> list[str]:
    paper = Document(io.BytesIO(content))
    links = [link.url for paragraph in paper.paragraphs for link in paragraph.hyperlinks]
    return [link for link in links if not link.startswith("http")]


def shown_faults(answer: httpx2.Response) -> list[str]:
    return [] if answer.headers["content-disposition"].startswith("attachment") else ["it is shown, not saved"]


CHECKS: dict[str, Callable[[httpx2.Response], list[str]]] = {
    "text/html": lambda answer: faults(answer.text),
    "text/csv": lambda answer: csv_faults(answer.text),
    "application/x-research-info-systems": lambda answer: ris_faults(answer.text),
    "application/atom+xml": lambda answer: feed_faults(answer.text),
    "application/json": lambda answer: [] if json.loads(answer.text) else ["empty"],
    "application/jsonl": lambda answer: [line for line in answer.text.splitlines() if not json.loads(line)],
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": lambda a: docx_faults(a.content),
    "application/pdf": lambda answer: [] if "sandbox" in answer.headers["content-security-policy"] else ["may run"],
    "application/octet-stream": lambda a: (
        [] if a.headers["content-disposition"].startswith("attachment") else ["shown"]
    ),
    "text/plain": lambda answer: [] if "<html" not in answer.text or "attachment" in str(answer.headers) else ["shown"],
}


def addresses(samples: dict[str, str]) -> Iterator[str]:
    """Every page, feed and file of the app."""
    tokens = {
        "/unsubscribe/{token}": samples["unsubscribe"],
        "/confirm/{token}": samples["confirm"],
        "/sign-in/link/{token}": samples["link"],
    }
    for path in paths("GET"):
        if path not in NOT_SERVED:
            yield address(path, samples | {"token": tokens.get(path, "x")})
    for form in ("jsonl", "ris"):
        yield f"/search.{form}"
    yield from (f"/?q={quote(text, safe='')}" for text in ("curiosity", PLANTED, LINK))
    yield from (
        "/?" + "&".join(f"{name}={quote(PLANTED)}" for name in ("kind", "area", "theme", "year", "since", "sort")),
    )
    yield from (f"/topics?query={quote(PLANTED)}", f"/lessons?q={quote(PLANTED)}", f"/nothing/{quote(PLANTED)}")
    yield from (f"/publications/{number}" for number in range(1, 5))


def test_the_marker_is_everywhere(engine: Engine, samples: dict[str, str]) -> None:
    """Else the test below would say nothing."""
    with engine.connect() as connection:
        empty = [
            table.name
            for table in METADATA.sorted_tables
            if not connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
        ]
    assert set(empty) <= {"textmark", "textsignature"}, "hold hashes only; all others need a row in tests.furnished"


def test_nothing_from_outside_runs(client: TestClient, samples: dict[str, str]) -> None:
    shown = 0
    wrong = []
    for path in addresses(samples):
        answer = client.get(path)
        kind = answer.headers["content-type"].partition(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"
        wrong += [f"{path}: {fault}" for fault in CHECKS[kind](answer)]
        if answer.status_code not in ((200, 404, 422) if "PLANTED" in path else (200,)):
            wrong.append(f"{path}: {answer.status_code}")
        shown += "alert(1)" in answer.text
    assert wrong == []
    assert shown > 25, "the marker was on that many pages"


def test_nor_in_messages(engine: Engine, samples: dict[str, str]) -> None:
    with reading(engine) as session:
        edition = Edition.model_validate(session.get_one(Digest, int(samples["number"])).content)
    rendered = render(edition, "https://watch.example.org")
    assert faults(rendered.html) == []
    assert "PLANTED" not in rendered.subject
    assert list(card_faults(json.loads(rendered.card))) == []


def card_faults(value: Any) -> Iterator[str]:
    """Only a TextBlock reads markdown; only `url` is followed."""
    if isinstance(value, list):
        for one in value:
            yield from card_faults(one)
    elif isinstance(value, dict):
        if value.get("type") == "TextBlock" and "PLANTED" in str(value.get("text")):
            yield str(value["text"])
        if not str(value.get("url", "https://")).startswith("https://"):
            yield str(value["url"])
        yield from card_faults(list(value.values()))
