"""Readings that found every page as before, which is what most readings find: stored many at once.

They say the same as `store.entries` would, by a statement a table instead of a dozen a source. Whatever is not plain
(an open incident, a missing entry, a first reading) is left to that.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, update
from sqlmodel import Session, col, func, select

from store import sources
from store.entries import RunSummary, run_row
from store.entry_rows import RECHECK_EVERY
from store.models import CrawlRun, Entry, Incident, Source, SourcePage
from store.reading import Reading

UNCHANGED = "unchanged"


def is_quiet(reading: Reading) -> bool:
    """Whether all that was asked for is as before. Pure."""
    return not (reading.problem or reading.entries or reading.robots) and all(
        page.status == 304 for page in reading.pages
    )


def take(session: Session, found: Sequence[Reading], *, now: datetime) -> list[RunSummary]:
    """Store those of these quiet readings whose source is well; one summary for each."""
    if not found:
        return []
    well = _well(session, [reading.source for reading in found])
    stored = [(well[reading.source], reading) for reading in found if reading.source in well]
    if not stored:
        return []
    live = _note_pages(session, stored, now)
    summaries = [RunSummary(source.name, UNCHANGED, entries=live[source.id]) for source, _ in stored]
    runs = zip(stored, summaries, strict=True)
    session.execute(insert(CrawlRun), [run_row(source, reading, summary, now) for (source, reading), summary in runs])
    _note_health(session, [source for source, _ in stored], now)
    return summaries


def _well(session: Session, names: Sequence[str]) -> dict[str, Source]:
    """Those of the sources of which nothing is wrong, missing, or to be decided."""
    in_question = select(Incident.source_id).where(col(Incident.resolved_at).is_(None))
    missing = select(Entry.source_id).where(Entry.missing_reads > 0, col(Entry.gone_at).is_(None))
    statement = select(Source).where(
        col(Source.name).in_(names),
        col(Source.baseline_at).is_not(None),
        col(Source.failing_since).is_(None),
        col(Source.id).not_in(in_question),
        col(Source.id).not_in(missing),
    )
    return {source.name: source for source in session.exec(statement)}


def _note_pages(session: Session, stored: Sequence[tuple[Source, Reading]], now: datetime) -> Counter[int | None]:
    """Note pages as checked and what they list as seen; how many entries each source lists."""
    asked = [
        {"b_source": source.id, "b_page": page.url, "b_final": page.final_url or page.url, "b_now": now}
        for source, reading in stored
        for page in reading.pages
    ]
    pages, entries = _table(SourcePage), _table(Entry)
    listed = (entries.c.source_id == bindparam("b_source")) & entries.c.gone_at.is_(None)
    run = session.connection().execute
    run(
        update(pages)
        .where(pages.c.source_id == bindparam("b_source"), pages.c.url == bindparam("b_page"))
        .values(checked_at=bindparam("b_now")),
        asked,
    )
    run(
        update(entries)
        .where(listed, entries.c.page.in_([bindparam("b_page"), bindparam("b_final")]))
        .values(last_seen=bindparam("b_now")),
        asked,
    )
    run(
        update(entries)
        .where(entries.c.source_id == bindparam("b_source"), entries.c.detail_page == bindparam("b_page"))
        .values(recheck_at=bindparam("b_later")),
        [{**one, "b_later": now + RECHECK_EVERY} for one in asked],
    )
    counted = (
        select(Entry.source_id, func.count())
        .where(col(Entry.source_id).in_([source.id for source, _ in stored]))
        .where(col(Entry.gone_at).is_(None), col(Entry.last_seen) == now)
        .group_by(col(Entry.source_id))
    )
    return Counter(dict(session.exec(counted).all()))


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _note_health(session: Session, stored: Sequence[Source], now: datetime) -> None:
    table = _table(Source)
    session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("b_source"))
        .values(
            last_read_at=now,
            last_good_at=now,
            failures=0,
            accept_next=False,
            quiet_next=False,
            due_at=bindparam("b_due"),
        ),
        [
            {
                "b_source": source.id,
                "b_due": sources.next_due(source, now=now, failed=False) if source.enabled else None,
            }
            for source in stored
        ],
    )
