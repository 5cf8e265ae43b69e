"""The JSON API. Errors are problem+json; what is withdrawn has its number, its status and nothing else."""

from bisect import bisect_right
from datetime import date, datetime
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlmodel import Session

from store import export, lines, source_desk
from store.database import reading
from store.query import Query as Sought
from store.search import matching_ids, search
from store.source_desk import SourceLine
from store.views import SHOWN, ChangeView
from store.wider import meant
from web.context import Context, Here, Visitor, Who
from web.ids import LARGEST_ID
from web.searching import PAGE_SIZE, AsWanted, Wanted, narrowed

AT_ONCE = 100
TOKEN = HTTPBearer(auto_error=False, description="A token that you make on the page Your account.")
"""Describes the token only: `web.access.guard` decides."""


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _problem("No token, or one that is not valid"),
    422: _problem("A parameter is missing or not right"),
    503: _problem("The archive does not answer just now"),
}
MISSING: dict[int | str, dict[str, Any]] = {404: _problem("There is none")}
router = APIRouter(prefix="/api/v1", dependencies=[Security(TOKEN)], responses=PROBLEMS)


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


class WiderPage(BaseModel):
    explained: str
    """What was looked for instead, and what was left out."""
    total: int
    pages: int
    items: list[PublicationRecord]


class PublicationPage(BaseModel):
    total: int
    page: int
    pages: int
    items: list[PublicationRecord]
    next_after: int | None = None
    """Where `after` was sent: what to send next; null at the end."""
    wider: WiderPage | None = None
    """Where nothing has all that was asked for, and something has most or some of it."""


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
def publications(
    here: Here,
    visitor: Who,
    wanted: AsWanted,
    after: Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="In the order of their ids, from here")] = None,
) -> PublicationPage:
    """By relevance or date, page by page; with `after`, all of them by id, which stays true while new ones come."""
    if after is not None:
        return _from(here, visitor, wanted, after)
    with reading(here.engine) as session:
        query = narrowed(session, wanted, visitor.team)
        total, items = _page(session, wanted, query)
        wider = None if total else _wider(session, wanted, query)
    return PublicationPage(total=total, page=wanted.page, pages=ceil(total / PAGE_SIZE), items=items, wider=wider)


def _page(session: Session, wanted: Wanted, query: Sought) -> tuple[int, list[PublicationRecord]]:
    """How many there are, and those of the page that is wanted."""
    found = search(session, query, limit=PAGE_SIZE, offset=wanted.offset, sort=wanted.sort, facets=())
    ids = [hit.publication_id for hit in found.hits]
    records = {record["id"]: record for record in export.records(session, ids)}
    return found.total, [_record(records[one]) for one in ids if one in records]


def _wider(session: Session, wanted: Wanted, query: Sought) -> WiderPage | None:
    wider = meant(session, query)
    total, items = _page(session, wanted, wider) if wider else (0, [])
    if wider is None or not total:
        return None
    return WiderPage(explained=wider.explained, total=total, pages=ceil(total / PAGE_SIZE), items=items)


def _from(here: Context, visitor: Visitor, wanted: Wanted, after: int) -> PublicationPage:
    with reading(here.engine) as session:
        found = sorted(matching_ids(session, narrowed(session, wanted, visitor.team)))
        rest = found[bisect_right(found, after) :]
        ids = rest[:AT_ONCE]
        items = [_record(record) for record in export.records(session, ids)]
    following = ids[-1] if len(rest) > len(ids) else None
    total, pages = len(found), ceil(len(found) / AT_ONCE)
    return PublicationPage(total=total, page=1, pages=pages, items=items, next_after=following)


@router.get("/publications/{publication_id}", responses=MISSING)
def publication(here: Here, publication_id: Annotated[int, Path(ge=0)]) -> PublicationRecord:
    """What is withdrawn has its number, its status and nothing else."""
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
        found: list[SourceLine] = source_desk.source_list(session)
    return SourcePage(items=[SourceItem.model_validate(line.model_dump()) for line in found])


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    described: dict[str, Any] = request.app.openapi()
    schemas = described["components"]["schemas"]
    schemas.setdefault(Problem.__name__, Problem.model_json_schema())
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own form, which `web.errors` replaces
        schemas.pop(unused, None)
    return described
