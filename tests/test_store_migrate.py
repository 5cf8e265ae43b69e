"""Migrations bring an empty database to what the models say, on both kinds, and back."""

from datetime import datetime

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine, inspect
from sqlmodel import Session, select

from store import lesson_rows
from store.database import reading, writing
from store.migrate import alembic_config, is_current, migrate
from store.models import Document, PageText, Publication, SearchRow, Version
from store.models.search import create_index, drop_index
from store.query import parse
from store.search import search
from store.search_index import reindex_publication


def test_head_is_what_the_models_say(engine: Engine) -> None:
    assert is_current(engine)
    command.check(alembic_config(engine))


def test_down_and_up_again(engine: Engine) -> None:
    command.downgrade(alembic_config(engine), "base")
    assert "publication" not in inspect(engine).get_table_names()
    migrate(engine)
    migrate(engine)
    assert "publication" in inspect(engine).get_table_names()


def test_rows_of_search_come_to_know_their_pages(engine: Engine, now: datetime) -> None:
    """0005 on a filled database: what was found is found, now with its page and its recommendations."""
    with writing(engine) as session:
        publication = Publication(title="Child A", kind="local_review", first_seen=now)
        session.add(publication)
        session.flush()
        document = Document(publication_id=publication.id, url="u", canonical="u", text="Report", first_seen=now)
        session.add(document)
        session.flush()
        version = Version(document_id=document.id or 0, sha256="0", state="current", first_seen=now, last_seen=now)
        session.add(version)
        session.flush()
        document.current_version_id = version.id
        for number, text in enumerate(("Neglect", "Recommendation 1: Schools should ask who leads."), start=1):
            session.add(PageText(version_id=version.id or 0, number=number, text=text))
        lesson_rows.keep(session, version.id or 0, ["", "Recommendation 1: Schools should ask who leads."])
        reindex_publication(session, publication)
        before = _words(session)
    command.downgrade(alembic_config(engine), "0004")
    migrate(engine)
    with reading(engine) as session:
        assert _words(session) == before
        (hit,) = search(session, parse("school has:recommendations")).hits
        assert hit.page == 2


def test_rows_of_search_are_numbered_by_publication(engine: Engine, now: datetime) -> None:
    """0010 on a filled database, whose old numbers are the new ones of others."""
    names = ("Ash", "Birch", "Cedar")
    with writing(engine) as session:
        for name in names:
            session.add(Publication(title=f"Child {name}", kind="local_review", first_seen=now))
        session.flush()
        for publication in session.exec(select(Publication)):
            reindex_publication(session, publication)
        new = sorted(session.exec(select(SearchRow.id, SearchRow.publication_id)).all())
    command.downgrade(alembic_config(engine), "0009")
    with engine.begin() as connection:
        drop_index(connection)
        connection.execute(sa.text("UPDATE search_row SET id = -4096 * (1 + publication_id % 3)"))
        connection.execute(sa.text("UPDATE search_row SET id = -id"))
        create_index(connection)
    migrate(engine)
    with reading(engine) as session:
        assert sorted(session.exec(select(SearchRow.id, SearchRow.publication_id)).all()) == new
        for name in names:
            assert [hit.title for hit in search(session, parse(name)).hits] == [f"Child {name}"]


def _words(session: Session) -> list[tuple[object, ...]]:
    columns = (SearchRow.version_id, SearchRow.first_page, SearchRow.recommendations, SearchRow.title, SearchRow.words)
    return sorted((tuple(row) for row in session.execute(sa.select(*columns))), key=str)  # type: ignore[call-overload]


def test_sources_and_incidents_stay_and_what_ended_long_ago_is_not_told(engine: Engine) -> None:
    """From the first released tables, filled, to those of today."""
    command.downgrade(alembic_config(engine), "0001")
    at = "2026-03-02 09:00:00+00:00" if engine.dialect.name == "postgresql" else "2026-03-02 09:00:00.000000"
    with engine.begin() as connection:
        for statement in FILLING:
            connection.execute(sa.text(statement), {"at": at, "no": False, "yes": True})
    migrate(engine)
    with engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT quiet_next, changed_at FROM source")).all()
        assert kept == [(False, None)]
        told = connection.execute(sa.text("SELECT kind, target FROM notice")).all()
        assert told == [("resolved", 1)]
    assert is_current(engine)


FILLING = (
    "INSERT INTO publisher (id, name, short, aliases, kind, region, nation, home, domains, successors, valid_from,"
    " valid_to) VALUES ('a', 'A', 'A', '[]', 'partnership', '', '', '', '[]', '[]', '', '')",
    "INSERT INTO source (id, name, publisher_id, kind, url, role, every, enabled, options, note, failures, accept_next,"
    " claimed_by)"
    " VALUES (1, 'a', 'a', 'listing', 'https://a.example/', 'publisher', '1 day', :yes, '{}', '', 0, :no, '')",
    "INSERT INTO incident (id, source_id, kind, opened_at, last_seen_at, resolved_at, resolved_by, evidence, told_at)"
    " VALUES (1, 1, 'slow', :at, :at, :at, 'x', '', :at), (2, 1, 'slow', :at, :at, NULL, '', '', :at)",
)
