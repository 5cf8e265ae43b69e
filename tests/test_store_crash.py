"""Whatever a step has done when it dies: all of it is there, or nothing, and doing it again succeeds."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from store import documents, joining, matches, removal, withdrawals
from store.database import is_sqlite, writing
from store.files import Files, FilesError
from store.models import Document, Entry, EntryDocument, Match, Publication, Version, Withdrawal
from store.reading import Fetched
from store.text import Extracted, TextState
from tests.archive_state import broken, everything
from tests.corpus_archive import NOW, add_entry, add_sources
from tests.test_store_withdrawals import ANONYMOUS, NAMED, PLUM, pages

LATER = NOW + timedelta(days=2)
SLOE = replace(PLUM, subject="Child Sloe", heading="Child Sloe 2025", pages=pages("A sloe."), bytes="sloe")
OTHER = replace(SLOE, source="reposts", area=None, subject="", heading="A review", pages=("Too short.",), bytes="elder")
PENDING = replace(PLUM, source="reposts", subject="Child Plum", heading="A review of Child Plum")
Step = Callable[[Session], object]


class Crash(RuntimeError):
    """The process dies."""


@contextmanager
def crashing(engine: Engine, at: int) -> Iterator[None]:
    """It dies before its `at`th write; the commit counts as one. Between two writes nothing is left by dying."""
    writes = count(1)

    def before_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            write()

    def write(*_arguments: Any) -> None:
        if next(writes) == at:
            raise Crash

    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", write)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before_statement)
        event.remove(engine, "commit", write)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files((tmp_path / "files").as_uri())


def kept(files: Files, folder: Path, text: str) -> str:
    path = folder / "bytes"
    path.write_text(text)
    return files.put_file(path)


def bring(session: Session, files: Files, folder: Path, entry: Entry, text: tuple[str, ...], bytes_: str) -> None:
    """One more document of an entry, fetched and read."""
    address = f"late.example/{bytes_}-{entry.id}.pdf"
    document = Document(
        url=f"https://{address}", canonical=address, role="overview_report", first_seen=NOW, tried=1, status=200
    )
    session.add(document)
    session.flush()
    session.add(EntryDocument(entry_id=entry.id or 0, document_id=document.id or 0, first_seen=NOW))
    new_version(session, files, folder, document, text, bytes_)


def new_version(
    session: Session, files: Files, folder: Path, document: Document, text: tuple[str, ...], bytes_: str
) -> None:
    version = Version(
        document_id=document.id or 0, sha256=kept(files, folder, bytes_), first_seen=LATER, last_seen=LATER
    )
    session.add(version)
    session.flush()
    documents.store_text(session, files, version.id or 0, Extracted(TextState.READ, list(text)), now=LATER)


@pytest.fixture
def archive(engine: Engine, files: Files, tmp_path: Path) -> Engine:
    """Two reviews and an anonymous copy of the first; another list's review; and an entry that is not settled yet."""
    with writing(engine) as session:
        sources = add_sources(session)
        for number, spoken in enumerate((PLUM, ANONYMOUS, SLOE, OTHER, PENDING)):
            kept(files, tmp_path, spoken.bytes)
            entry = add_entry(session, sources, spoken, number)
            if spoken is not PENDING:
                joining.settle_one(session, entry.id or 0, now=NOW)
        bring(session, files, tmp_path, session.get_one(Entry, 4), pages("A sloe."), "sloe")
    return engine


def steps(files: Files, folder: Path) -> Iterator[tuple[str, Step]]:
    """Decisions of people and of the program, each on what the one before has left."""

    def match(state: str) -> Callable[[Session], int]:
        return lambda session: session.exec(select(Match.id).where(Match.state == state)).first() or 0

    def waiting(session: Session) -> int:
        return session.exec(select(Withdrawal.id).where(col(Withdrawal.decided_at).is_(None))).first() or 0

    def document(session: Session) -> Document:
        return session.exec(select(Document).order_by(col(Document.id))).first() or Document(url="", canonical="")

    def redact(name: str) -> Step:
        text = pages(f"The lodger, {name}, was known to no agency.")
        return lambda session: new_version(session, files, folder, document(session), text, name)

    def gone(session: Session) -> None:
        for _ in range(2):
            found = Fetched(document=document(session).id or 0, url="", status=404)
            documents.store_fetched(session, files, found, folder=folder, now=LATER)

    who: dict[str, Any] = {"now": LATER, "by": "test"}
    yield "accept", lambda session: matches.accept(session, match("proposed")(session), **who)
    yield "undo the acceptance", lambda session: matches.undo(session, match("accepted")(session), **who)
    yield "reject", lambda session: matches.reject(session, match("proposed")(session), **who)
    yield "settle", lambda session: joining.settle_one(session, 5, now=LATER)
    yield "join", lambda session: joining.take_late_documents(session, 4, now=LATER)
    yield "undo the join", lambda session: matches.undo(session, _joined(session), **who)
    yield "redact", redact("Mr Thistlewood")
    yield "keep", lambda session: withdrawals.keep(session, waiting(session), **who)
    yield "redact again", redact("a relative")
    yield "replace", lambda session: withdrawals.replace(session, waiting(session), files=files, **who)
    yield "gone", gone
    yield "remove", lambda session: withdrawals.remove(session, waiting(session), files=files, **who)
    yield "refuse", lambda session: new_version(session, files, folder, document(session), pages(NAMED), "again")


def _joined(session: Session) -> int:
    return next(one.id or 0 for one in session.exec(select(Match).where(Match.state == "automatic")) if one.moved)


def done(engine: Engine, step: Step, *, dies_at: int = 0) -> bool:
    try:
        with crashing(engine, dies_at), writing(engine) as session:
            step(session)
    except Crash:
        return False
    return True


@pytest.mark.timeout(300)
def test_a_step_that_dies_leaves_nothing_and_can_be_done_again(archive: Engine, files: Files, tmp_path: Path) -> None:
    """At every write on SQLite; at some of them on Postgres, which takes longer."""
    with writing(archive) as session:
        stride = 1 if is_sqlite(session) else 5
    for name, step in steps(files, tmp_path):
        before = everything(archive)
        at = next(at for at in count(1, stride) if tried(archive, step, at, before, name))
        assert at > 1, f"{name}: something was done"
        assert everything(archive) != before, name
        with writing(archive) as session:
            assert broken(session, files) == [], name


def tried(engine: Engine, step: Step, at: int, before: dict[str, Any], name: str) -> bool:
    if done(engine, step, dies_at=at):
        return True
    assert everything(engine) == before, f"{name}, write {at}"
    return False


class Stuck(Files):
    """A store of files that cannot be reached when something is to be deleted."""

    def delete(self, sha256: str) -> None:
        raise FilesError(f"cannot delete {sha256[:8]}")


def test_bytes_that_could_not_be_deleted_are_swept_later(archive: Engine, files: Files) -> None:
    with writing(archive) as session:
        one = withdrawals.suspect(session, session.get_one(Publication, 1), "gone early", now=LATER)
    stuck = Stuck(files.address)
    with pytest.raises(FilesError):
        done(archive, lambda session: withdrawals.remove(session, one.id or 0, files=stuck, now=LATER, by="test"))
    sha256 = hashlib.sha256(PLUM.bytes.encode()).hexdigest()
    assert files.exists(sha256)
    with writing(archive) as session:
        assert session.get_one(Publication, 1).status == "removed"
        assert removal.sweep(session, files) == 1
    assert not files.exists(sha256)
