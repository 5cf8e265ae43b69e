"""The JSON API. Errors are problem+json; what is withdrawn has its number, its status and nothing else."""

from datetime import date, datetime
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel
from sqlmodel import Session

from store import desk, export, lines
from store.database import reading
from store.desk import SourceLine
from store.search import search
from store.views import SHOWN, ChangeView
from web.context import Here
from web.routes.publications import LARGEST_ID
from web.searching import PAGE_SIZE, AsWanted

router = APIRouter(prefix="/api/v1")


class Published(BaseModel):
    date: date
    precision: str
    basis: str


class EntryRecord(BaseModel):
    source: str
    key: str
    url: str
    heading: str
    first_seen: datetime
    last_seen: datetime


class DocumentRecord(BaseModel):
    role: str
    url: str
    media_type: str
    sha256: str | None
    pages: int | None


class ChangeRecord(BaseModel):
    id: int
    kind: str
    at: datetime
    note: str


class PublicationRecord(BaseModel):
    """As a line of `export --format jsonl`. Of a suspected or removed one: id, first_seen, status, kinds of change."""

    id: int
    title: str = ""
    kind: str = ""
    publishers: list[str] = []
    area: str = ""
    subject: str = ""
    published: Published | None = None
    first_seen: datetime
    status: str
    themes: list[str] = []
    entries: list[EntryRecord] = []
    documents: list[DocumentRecord] = []
    changes: list[ChangeRecord] = []


class PublicationPage(BaseModel):
    total: int
    page: int
    pages: int
    items: list[PublicationRecord]


class ChangePage(BaseModel):
    items: list[ChangeView]
    next_after: int
    """What to send as `after` for the changes that follow."""


class SourceItem(BaseModel):
    name: str
    publisher: str
    kind: str
    url: str
    role: str
    enabled: bool
    state: str
    last_read_at: datetime | None
    last_good_at: datetime | None
    failing_since: datetime | None
    entries: int


class SourcePage(BaseModel):
    items: list[SourceItem]


@router.get("/publications")
def publications(here: Here, wanted: AsWanted) -> PublicationPage:
    with reading(here.engine) as session:
        found = search(session, wanted.query, limit=PAGE_SIZE, offset=wanted.offset, sort=wanted.sort)
        ids = [hit.publication_id for hit in found.hits]
        records = {record["id"]: record for record in export.records(session, ids)}
        items = [_record(records[one]) for one in ids if one in records]
    return PublicationPage(total=found.total, page=wanted.page, pages=ceil(found.total / PAGE_SIZE), items=items)


@router.get("/publications/{publication_id}")
def publication(here: Here, publication_id: int) -> PublicationRecord:
    if not 0 < publication_id <= LARGEST_ID:
        raise HTTPException(404)
    with reading(here.engine) as session:
        record = _one(session, publication_id)
    if record is None:
        raise HTTPException(404, "There is no such publication.")
    return _record(record)


def _one(session: Session, publication_id: int) -> dict[str, Any] | None:
    return next(iter(export.records(session, [publication_id])), None)


def _record(record: dict[str, Any]) -> PublicationRecord:
    whole = PublicationRecord.model_validate(record)
    if whole.status in SHOWN:
        return whole
    changes = [change.model_copy(update={"note": ""}) for change in whole.changes]
    return PublicationRecord(id=whole.id, first_seen=whole.first_seen, status=whole.status, changes=changes)


@router.get("/changes")
def changes(
    here: Here,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChangePage:
    """The change log in its own order. Repeat with `next_after` until nothing comes."""
    with reading(here.engine) as session:
        items = lines.change_list(session, after=after, limit=limit)
    return ChangePage(items=items, next_after=items[-1].id if items else after)


@router.get("/sources")
def sources(here: Here) -> SourcePage:
    with reading(here.engine) as session:
        found: list[SourceLine] = desk.source_list(session)
    return SourcePage(items=[SourceItem.model_validate(line.model_dump()) for line in found])


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    described: dict[str, Any] = request.app.openapi()
    return described
