"""Publishers and sources: taking in a catalogue, what is due, and the job for a reading."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from config.settings import Settings
from config.sources_toml import Catalogue, PublisherRow, SourceRow, parse_every
from store.addresses import host_of
from store.models import Entry, Host, Publisher, Source, SourcePage
from store.reading import CrawlJob, KnownEntry, KnownPage, RobotsState

ROBOTS_LAST = timedelta(hours=24)


class UnknownName(LookupError):
    """No row has this name; the text says what there is or what to do."""


class SourceError(ValueError):
    """The source cannot be kept; `problems` says of each value of its row that is in the way, by name, why."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


def import_catalogue(session: Session, catalogue: Catalogue, *, now: datetime) -> tuple[int, int]:
    """Add or update publishers by id and sources by name; what a source has learned stays. Returns both counts."""
    for row in catalogue.publishers:
        values = row.model_dump(mode="json")
        session.merge(Publisher(**{name: value for name, value in values.items() if value is not None}))
    session.flush()
    for source_row in catalogue.sources:
        _put_source(session, source_row, now)
    return len(catalogue.publishers), len(catalogue.sources)


def add(session: Session, row: SourceRow, publisher: PublisherRow | None, *, now: datetime) -> None:
    """Keep a new source, and its publisher where that is a new one. Raises SourceError."""
    problems = _watched_already(session, row)
    if row.name == "new" or session.exec(select(Source.id).where(Source.name == row.name)).first():
        problems["name"] = f"The name {row.name} is taken: choose another one"
    known = session.get(Publisher, publisher.id if publisher else row.publisher)
    if publisher and known:
        problems["publisher"] = f"There is a publisher {publisher.name} already: choose it from the list"
    elif not publisher and not known:
        problems["publisher"] = "There is no such publisher: choose one from the list"
    if problems:
        raise SourceError(problems)
    import_catalogue(session, Catalogue(publishers=[publisher] if publisher else [], sources=[row]), now=now)


def _watched_already(session: Session, row: SourceRow) -> dict[str, str]:
    """The problem, where another source has the address."""
    other = session.exec(select(Source.name).where(Source.url == row.url, Source.name != row.name)).first()
    return {"url": f"This address is watched already: see the source {other}"} if other else {}


EDITABLE = ("url", "role", "every", "options", "note")


def row_of(source: Source) -> SourceRow:
    """The source as a row of a sources.toml."""
    return SourceRow.model_validate_json(_row(source, SourceRow, publisher=source.publisher_id))


def change(session: Session, row: SourceRow, *, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the source of this name what the row says; what differed, before and after. Raises SourceError.

    What is read differently from now on is read at once.
    """
    source = by_name(session, row.name)
    if problems := _watched_already(session, row):
        raise SourceError(problems)
    before, after = (one.model_dump(mode="json", include=set(EDITABLE)) for one in (row_of(source), row))
    changed = [name for name in EDITABLE if before[name] != after[name]]
    _put_source(session, row, now)
    if source.enabled and {"url", "options"} & set(changed):
        source.due_at = now
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def publisher_names(session: Session) -> list[tuple[str, str]]:
    """Ids and names of all publishers, by name."""
    rows = session.exec(select(Publisher.id, Publisher.name)).all()
    return sorted(((id_, name) for id_, name in rows), key=lambda row: row[1].casefold())


def _put_source(session: Session, row: SourceRow, now: datetime) -> None:
    values = row.model_dump(mode="json")
    values["publisher_id"] = values.pop("publisher")
    values["note"] = values["note"] or ""
    source = session.exec(select(Source).where(Source.name == row.name)).first()
    if source is None:
        session.add(Source(**values, due_at=now if row.enabled else None))
        return
    moved = source.url != values["url"] or source.options != values["options"] or source.kind != values["kind"]
    source.sqlmodel_update(values)
    source.due_at = (source.due_at or now) if row.enabled else None
    if moved:
        source.changed_at = now
        forget_pages(session, source)


def forget_pages(session: Session, source: Source) -> None:
    """Drop the validators: the next reading asks for everything anew (options or address have changed)."""
    for page in session.exec(select(SourcePage).where(SourcePage.source_id == source.id)):
        session.delete(page)


def export_catalogue(session: Session) -> Catalogue:
    publishers = session.exec(select(Publisher).order_by(col(Publisher.id))).all()
    return Catalogue(
        publishers=[PublisherRow.model_validate_json(_row(one, PublisherRow)) for one in publishers],
        sources=[row_of(one) for one in all_sources(session)],
    )


def _row(model: Publisher | Source, row: type[PublisherRow] | type[SourceRow], **more: str) -> str:
    values = {name: value for name, value in model.model_dump(mode="json").items() if name in row.model_fields}
    return json.dumps({name: value for name, value in (values | more).items() if value not in ("", None)})


def all_sources(session: Session) -> Sequence[Source]:
    return session.exec(select(Source).order_by(col(Source.name))).all()


def by_name(session: Session, name: str) -> Source:
    """Raises UnknownName."""
    source = session.exec(select(Source).where(Source.name == name)).first()
    if source is None:
        raise UnknownName(f"no source is called {name!r}; `reviewwatch sources list` shows all")
    return source


def names(session: Session, *, due: datetime | None = None) -> list[str]:
    """The names of all enabled sources, or of those that are due by then, the longest due first."""
    statement = select(Source.name).where(col(Source.enabled))
    if due is None:
        return list(session.exec(statement.order_by(col(Source.name))))
    return list(session.exec(statement.where(col(Source.due_at) <= due).order_by(col(Source.due_at))))


def by_host(session: Session, names: Sequence[str]) -> dict[str, list[str]]:
    """The names of these sources by the host that they ask. Raises UnknownName."""
    found = dict(session.exec(select(Source.name, Source.url).where(col(Source.name).in_(names))).all())
    hosts: dict[str, list[str]] = {}
    for name in names:
        url = found.get(name) or by_name(session, name).url
        hosts.setdefault(host_of(url), []).append(name)
    return hosts


def by_names(session: Session, names: Sequence[str]) -> list[Source]:
    """The sources of these names, in their order. Raises UnknownName."""
    found = {source.name: source for source in session.exec(select(Source).where(col(Source.name).in_(names)))}
    return [found.get(name) or by_name(session, name) for name in names]


def enabled(session: Session) -> Sequence[Source]:
    return session.exec(select(Source).where(col(Source.enabled)).order_by(col(Source.name))).all()


def due(session: Session, now: datetime) -> Sequence[Source]:
    statement = select(Source).where(col(Source.enabled), col(Source.due_at) <= now).order_by(col(Source.due_at))
    return session.exec(statement).all()


def missing_entries_since(session: Session, moment: datetime) -> Sequence[Source]:
    """Sources of which entries were missing for the first time at that moment."""
    missing = select(Entry.source_id).where(
        Entry.missing_reads == 1, col(Entry.missing_since) == moment, col(Entry.gone_at).is_(None)
    )
    return session.exec(select(Source).where(col(Source.enabled), col(Source.id).in_(missing))).all()


def set_enabled(session: Session, source: Source, enabled: bool, *, now: datetime) -> None:
    source.enabled = enabled
    source.due_at = now if enabled else None


def next_due(source: Source, *, now: datetime, failed: bool) -> datetime:
    """When to read next: the source's own rhythm; after a failure sooner, with growing gaps, never more often."""
    every = parse_every(source.every)
    if not failed:
        return now + every
    return now + min(every, timedelta(minutes=30 << min(source.failures, 6)))


def areas(session: Session) -> dict[str, str]:
    """Every place or body name (casefolded) to the one publisher that bears it; shared ones (BSCP) are left out."""
    found: dict[str, set[str]] = {}
    for publisher in session.exec(select(Publisher)):
        if publisher.kind != "partnership":
            continue
        for name in names_of(publisher):
            found.setdefault(name.casefold(), set()).add(publisher.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def names_of(publisher: Publisher) -> list[str]:
    aliases = [str(alias.get("name", "")) if isinstance(alias, dict) else str(alias) for alias in publisher.aliases]
    return [name for name in (publisher.short, publisher.name, *aliases) if name]


def area_publisher(area: str, known: dict[str, str]) -> str | None:
    """The publisher that a printed area means, or None when it is unknown or could be several."""
    name = re.sub(r"\s+", " ", area).strip().casefold()
    return known.get(name) or known.get(name.removeprefix("city of "))


def job_for(session: Session, source: Source, settings: Settings, *, now: datetime) -> CrawlJob:
    """All that a reading needs to know; its child process has no database."""
    return jobs_for(session, [source], settings, now=now)[0]


def jobs_for(session: Session, rows: Sequence[Source], settings: Settings, *, now: datetime) -> list[CrawlJob]:
    """The jobs of several sources, in their order."""
    ids = [source.id or 0 for source in rows]
    pages, (entries, missing) = _pages(session, ids), _entries(session, ids, now)
    hosts = {host_of(source.url) for source in rows}
    robots = {state.host: (state,) for state in robots_of(session, hosts, now=now)}
    known_areas = areas(session)
    jobs = []
    for source in rows:
        publisher = session.get_one(Publisher, source.publisher_id)
        job = CrawlJob(
            source=source.name,
            kind=source.kind,
            url=source.url,
            options=source.options,
            publisher=publisher.id,
            publisher_names=tuple(names_of(publisher)),
            areas=known_areas,
            role=source.role,
            # "as before" is no answer to whether a missing entry is gone: its own page is asked for anew
            pages=tuple(page for page in pages[source.id] if page.url not in missing[source.id]),
            entries=tuple(entries[source.id]),
            robots=robots.get(host_of(source.url), ()),
            user_agent=settings.user_agent,
            download_delay=settings.download_delay,
            allow_private_addresses=settings.allow_private_addresses,
            now=now,
        )
        jobs.append(job)
    return jobs


def _pages(session: Session, ids: Sequence[int]) -> defaultdict[int | None, list[KnownPage]]:
    """The known pages of each source."""
    found: defaultdict[int | None, list[KnownPage]] = defaultdict(list)
    for page in session.exec(select(SourcePage).where(col(SourcePage.source_id).in_(ids))):
        known = KnownPage(url=page.url, etag=page.etag, last_modified=page.last_modified, sha256=page.sha256)
        found[page.source_id].append(known)
    return found


def _entries(
    session: Session, ids: Sequence[int], now: datetime
) -> tuple[defaultdict[int | None, list[KnownEntry]], defaultdict[int | None, set[str]]]:
    """The known entries of each source, and the pages of their own that missing ones have."""
    found: defaultdict[int | None, list[KnownEntry]] = defaultdict(list)
    missing: defaultdict[int | None, set[str]] = defaultdict(set)
    for entry in session.exec(select(Entry).where(col(Entry.source_id).in_(ids)).order_by(col(Entry.id))):
        known = KnownEntry(
            key=entry.key,
            url=entry.url,
            page=entry.page,
            detail_page=entry.detail_page,
            revision=entry.revision,
            # not while the list lacks it: a page that is left standing does not list it again
            recheck=not entry.missing_reads and entry.recheck_at is not None and entry.recheck_at <= now,
            missing=bool(entry.missing_reads),
        )
        found[entry.source_id].append(known)
        if known.missing and entry.detail_page != entry.page:
            missing[entry.source_id].add(entry.detail_page)
    return found, missing


def host(session: Session, name: str) -> Host:
    """The host's row, made when it is not there."""
    row = session.get(Host, name)
    if row is None:
        row = Host(name=name)
        session.add(row)
        session.flush()
    return row


def robots_of(session: Session, hosts: Iterable[str], *, now: datetime) -> list[RobotsState]:
    """What we know of these hosts' robots.txt; fresh is what was read less than a day ago."""
    rows = session.exec(select(Host).where(col(Host.name).in_(sorted(hosts)), col(Host.robots_at).is_not(None)))
    return [
        RobotsState(
            host=row.name,
            text=row.robots,
            status=row.robots_status,
            etag=row.robots_etag,
            fresh=row.robots_at is not None and abs(now - row.robots_at) < ROBOTS_LAST,
        )
        for row in rows
    ]


def keep_robots(session: Session, states: Iterable[RobotsState], *, now: datetime) -> None:
    for state in states:
        row = host(session, state.host)
        row.robots, row.robots_status, row.robots_etag, row.robots_at = state.text, state.status, state.etag, now
