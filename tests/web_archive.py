"""A small invented archive for the tests of the web app, and ways to ask it."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from fastapi.testclient import TestClient
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Engine
from sqlmodel import Session

from config.settings import Settings
from store import passwords, people, search_index
from store.database import writing
from store.files import Files
from store.models import (
    Change,
    CrawlRun,
    Document,
    Entry,
    Incident,
    IncidentPage,
    Match,
    PageText,
    Publication,
    Publisher,
    SavedPage,
    Source,
    Version,
    Withdrawal,
)
from web.access import COOKIE
from web.app import create_app
from web.context import Context

ADMINISTRATOR = "ada@example.org"
STAFF = "sam@example.org"
PASSWORD = "three quiet lanterns"
NASTY = """<script>alert(1)</script><img src=x onerror=alert(2)>"'{{7*7}}"""
BASE_URL = "http://archive.test"


def settings_for(address: str, folder: Path) -> Settings:
    return Settings(
        database_url=address, data_dir=folder, base_url=BASE_URL, secret_key="a key for tests only, nothing else"
    )


def fill(engine: Engine, files: Files, folder: Path, *, now: datetime) -> dict[str, int]:
    """Two shown publications, one suspected, one removed; a doubtful match, an incident. Returns ids by name."""
    with writing(engine) as session:
        for email, role in ((ADMINISTRATOR, "administrator"), (STAFF, "staff")):
            user = people.add_user(session, email, role, now=now)
            user.password_hash = _password_hash()
        _sources(session, now)
        ids: dict[str, int] = {}
        for name, title, status in (
            ("neglect", "Child T: a review of neglect in Exampleshire", "listed"),
            ("nasty", f"Learning review {NASTY}", "listed"),
            ("suspected", "Hidden Title Alpha", "suspected"),
            ("removed", "Hidden Title Beta", "removed"),
        ):
            _publication(session, files, folder, ids, name=name, title=title, status=status, now=now)
        _decisions(session, ids, now)
        return ids


_HASHES: list[str] = []


def _password_hash() -> str:
    """Made once a process: it is slow on purpose."""
    if not _HASHES:
        _HASHES.append(passwords.hashed(PASSWORD))
    return _HASHES[0]


def _sources(session: Session, now: datetime) -> None:
    session.add(
        Publisher(id="exampleshire", name="Exampleshire Safeguarding Children Partnership", short="Exampleshire")
    )
    session.add(Publisher(id="collection", name=f"The Collection {NASTY}", short="Collection", kind="charity"))
    session.flush()
    for name, publisher, role in (
        ("exampleshire-reviews", "exampleshire", "publisher"),
        ("collection-list", "collection", "witness"),
    ):
        session.add(
            Source(
                name=name, publisher_id=publisher, kind="listing", url=f"https://{name}.example/reviews", role=role,
                baseline_at=now, last_read_at=now, last_good_at=now, due_at=now + timedelta(days=1),
            )
        )  # fmt: skip
    session.flush()


def _publication(
    session: Session,
    files: Files,
    folder: Path,
    ids: dict[str, int],
    *,
    name: str,
    title: str,
    status: str,
    now: datetime,
) -> None:
    row = Publication(
        title=title, kind="local_review", area="Exampleshire", publisher_id="exampleshire", subject=f"Child of {name}",
        published=date(2026, 2, 1), precision="month", basis="published", abstract=f"Abstract of {name}. {title}",
        first_seen=now, status=status, themes=["neglect"],
    )  # fmt: skip
    session.add(row)
    session.flush()
    ids[name] = row.id or 0
    entry = Entry(
        source_id=1, key=name, publication_id=row.id, url=f"https://exampleshire-reviews.example/{name}",
        canonical=f"exampleshire-reviews.example/{name}", heading=title, kind="local_review", area="Exampleshire",
        first_seen=now, last_seen=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    _document(session, files, folder, ids, row, name=name, now=now)
    session.add(Change(publication_id=ids[name], kind="new", at=now, note=f"note on {title}", entry_id=entry.id))
    session.add(
        Match(
            entry_id=entry.id or 0, publication_id=ids[name], made_at=now,
            signals=[{"signal": "key", "reason": f"the same source and key, {title}", "score": 1.0}],
        )
    )  # fmt: skip
    session.flush()
    search_index.reindex_publication(session, row)


def _document(
    session: Session, files: Files, folder: Path, ids: dict[str, int], row: Publication, *, name: str, now: datetime
) -> None:
    url = f"https://exampleshire-reviews.example/{name}.pdf"
    document = Document(
        publication_id=row.id, url=url, canonical=url, role="overview_report", text=f"Report of {row.title}",
        media_type="application/pdf", first_seen=now,
    )  # fmt: skip
    session.add(document)
    session.flush()
    path = folder / f"{name}.pdf"
    make_pdf(path, ["Front page", f"Professional curiosity about {name} was missing."])
    state = {"suspected": "suspected", "removed": "removed"}.get(row.status, "current")
    version = Version(
        document_id=document.id or 0, sha256=files.put_file(path), size=path.stat().st_size, pages=2, state=state,
        media_type="application/pdf", file_name=f"{name}.pdf", first_seen=now, last_seen=now, text_state="read",
    )  # fmt: skip
    session.add(version)
    session.flush()
    ids[f"{name} version"] = version.id or 0
    document.current_version_id = version.id if state == "current" else None
    for number, text in enumerate(("Front page", f"Professional curiosity about {name} was missing."), 1):
        session.add(PageText(version_id=version.id or 0, number=number, text=text))
    session.flush()


def _decisions(session: Session, ids: dict[str, int], now: datetime) -> None:
    entry = Entry(
        source_id=2, key="doubtful", publication_id=ids["nasty"], url="javascript:alert(3)", canonical="doubtful",
        heading=f"A doubtful heading {NASTY}", kind="local_review", first_seen=now, last_seen=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    proposed = Match(
        entry_id=entry.id or 0, publication_id=ids["neglect"], state="proposed", score=0.6, made_at=now,
        signals=[{"signal": "title", "reason": f"a secret signal {NASTY}", "score": 0.6}],
    )  # fmt: skip
    incident = Incident(source_id=2, kind="structure", opened_at=now, last_seen_at=now, evidence=f"Looked odd {NASTY}")
    _desk_of_sources(session, incident, now)
    withdrawal = Withdrawal(publication_id=ids["suspected"], reason=f"the page has gone {NASTY}", opened_at=now)
    session.add_all([proposed, incident, withdrawal])
    session.flush()
    ids |= {"match": proposed.id or 0, "incident": incident.id or 0, "withdrawal": withdrawal.id or 0}


def _desk_of_sources(session: Session, incident: Incident, now: datetime) -> None:
    """A held reading with the page that came, a saved page, and a question: all of them from outside."""
    session.add(incident)
    session.flush()
    body = zlib.compress(f"<main><h1>Reviews {NASTY}</h1></main>".encode())
    session.add(IncidentPage(incident_id=incident.id or 0, url=f"https://x.example/{NASTY}", saved_at=now, body=body))
    session.add(SavedPage(source_id=2, url=f"https://x.example/{NASTY}", sha256="0", saved_at=now, body=body))
    held = [{"heading": f"Held heading {NASTY}", "url": "javascript:alert(4)", "known": known} for known in (0, 1)]
    session.add(
        CrawlRun(source_id=2, started_at=now, outcome="held", held=2, held_entries=held, detail=incident.evidence)
    )
    row = Publication(title=f"Only listed elsewhere {NASTY}", kind="local_review", first_seen=now, status="removed")
    session.add(row)
    session.flush()
    session.add(
        Entry(
            source_id=2, key="asked", publication_id=row.id, url="javascript:alert(5)", canonical="asked",
            heading=row.title, kind="local_review", first_seen=now, last_seen=now, area_publisher_id="exampleshire",
        )
    )  # fmt: skip


def make_pdf(path: Path, pages: list[str]) -> None:
    canvas = Canvas(str(path), invariant=True)
    for text in pages:
        canvas.drawString(72, 720, text)
        canvas.showPage()
    canvas.save()


@contextmanager
def serving(engine: Engine, settings: Settings, now: datetime) -> Iterator[TestClient]:
    app = create_app(settings, engine, now=lambda: now)
    with TestClient(app, base_url=BASE_URL, follow_redirects=False, raise_server_exceptions=True) as client:
        yield client


def token_in(page: str) -> str:
    """The form token of a page."""
    return page.split('name="form_token" value="', 1)[1].split('"', 1)[0]


def sign_in(client: TestClient, email: str = STAFF) -> None:
    """Begin a session without the form: checking a password is slow on purpose."""
    context: Context = cast(Any, client.app).state.context
    with writing(context.engine) as session:
        user = people.find_user(session, email)
        assert user is not None
        value = people.sign_in(session, user, now=context.now())
    client.cookies.clear()
    client.cookies.set(COOKIE, value)
