"""Questions as readers ask them: the right publication among the first three, at the right page.

Two sets of sixty: one that search was mended with, and one written afterwards by somebody who had seen neither.
"""

import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from config.themes import vocabulary
from samples.cases import CASES, NAMES, Case
from samples.page import FIRST_DAY
from samples.reports import document
from store.asked import asked
from store.database import reading, writing
from store.models import Document, PageText, Publication, Publisher, Version
from store.search import Hit, search
from store.search_index import reindex_publication
from store.text import Extractor
from store.themes import themes_of
from store.wider import meant

Question = tuple[str, list[str], list[int]]
FIRST, PUBLICATIONS_RIGHT, PAGES_RIGHT = 3, 57, 50
KINDS = {"inspectorate": "inspection_report", "govuk": "national_review"}
NATIONAL = {"govuk", "panel", "inspectorate", "society"}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The pages of every review's overview report, as the worker reads them."""
    path = tmp_path_factory.mktemp("reports") / "report.pdf"
    found = {}
    with Extractor() as extractor:
        for review in CASES:
            path.write_bytes(document(f"{review}/overview_report", 0).body)
            found[review] = extractor.extract(path, "application/pdf").pages
    return found


@pytest.fixture
def archive(engine: Engine, texts: dict[str, list[str]], now: datetime) -> Iterator[tuple[Session, dict[int, str]]]:
    with writing(engine) as session:
        for key, name in NAMES.items():
            session.add(Publisher(id=key, name=name, short=name.split()[0], aliases=[], nation="England"))
        session.flush()
        ids = {_keep(session, case, texts[review], now): review for review, case in CASES.items()}
    with reading(engine) as session:
        yield session, ids


def _keep(session: Session, case: Case, pages: list[str], now: datetime) -> int:
    area = "" if case.publisher in NATIONAL else NAMES[case.publisher].split()[0]
    kind = "annual_report" if "annual report" in case.title.lower() else KINDS.get(case.publisher, "local_review")
    publication = Publication(
        title=case.title, kind=kind, publisher_id=case.publisher, area=area, first_seen=now,
        published=FIRST_DAY.replace(year=FIRST_DAY.year + case.published // 365), precision="year",
    )  # fmt: skip
    session.add(publication)
    session.flush()
    document_ = Document(
        publication_id=publication.id, url=case.ref, canonical=case.ref, role="overview_report", text=case.title,
        first_seen=now,
    )  # fmt: skip
    session.add(document_)
    session.flush()
    version = Version(
        document_id=document_.id or 0, sha256=case.ref, state="current", first_seen=now, last_seen=now
    )  # fmt: skip
    session.add(version)
    session.flush()
    document_.current_version_id = version.id
    for number, text in enumerate(pages, start=1):
        session.add(PageText(version_id=version.id or 0, number=number, text=text))
    session.flush()
    publication.themes = themes_of(session, publication, [])
    reindex_publication(session, publication)
    return publication.id or 0


def _answer(session: Session, text: str) -> list[Hit]:
    """The first hits, as the search page shows them: of what was meant, where nothing has what was typed."""
    query = asked(text, vocabulary().synonyms)
    found = search(session, query, limit=FIRST)
    wider = None if found.total else meant(session, query)
    return search(session, wider, limit=FIRST).hits if wider else found.hits


def _questions(name: str) -> list[Question]:
    questions: list[Question] = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))["questions"]
    return questions


@pytest.mark.parametrize("name", ["known_items", "known_items_held_out"])
def test_sixty_questions(archive: tuple[Session, dict[int, str]], name: str) -> None:
    session, ids = archive
    questions = _questions(name)
    not_found, wrong_page = [], []
    for text, reviews, pages in questions:
        hits = [(ids[hit.publication_id], hit.page or 0) for hit in _answer(session, text)]
        right = [page for review, page in hits if review in reviews]
        if not right:
            not_found.append((text, hits))
        elif right[0] not in pages:
            wrong_page.append((text, hits))
    found = len(questions) - len(not_found)
    counted = f"{found} publications and {found - len(wrong_page)} pages of {len(questions)} are right; not these:"
    misses = "\n".join([counted, *(f"{text}: {hits}" for text, hits in (*not_found, *wrong_page))])
    sys.stdout.write(f"{misses}\n")  # seen with pytest -s
    assert len(questions) == 60
    assert found >= PUBLICATIONS_RIGHT, misses
    assert found - len(wrong_page) >= PAGES_RIGHT, misses
