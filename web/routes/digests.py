"""Digests as pages. They are immutable, but what was withdrawn since is left out of them (rule 6)."""

from collections.abc import Iterator

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from alerts.dissemination import as_csv, records
from alerts.edition import Edition
from alerts.phrases import subject
from alerts.render import web_fragment
from alerts.templating import folder_of
from store import digests, lines
from store.database import reading
from store.digests import DigestError
from web.context import Here
from web.ids import BeforeId, RowId
from web.paging import AT_ONCE
from web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/digests")
def digest_list(request: Request, here: Here, before: BeforeId = None) -> HTMLResponse:
    with reading(here.engine) as session:
        rows = digests.all_digests(session, before=before, limit=AT_ONCE)
    editions = [Edition.model_validate(row.content) for row in rows]
    older = rows[-1].number if len(rows) == AT_ONCE else None
    return page(request, "digests.html", {"digests": [(one, subject(one)) for one in editions], "older": older})


@router.get("/digests/record.csv")
def record_file(here: Here) -> StreamingResponse:
    """The dissemination record, for a board: what came out, who was told, when and by which channel."""

    def text() -> Iterator[str]:
        with reading(here.engine) as session:
            yield from (f"{line}\n" for line in as_csv(records(session, here.settings.zone)))

    headers = {"content-disposition": 'attachment; filename="dissemination-record.csv"'}
    return StreamingResponse(text(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/digests/{number}")
def digest_page(request: Request, here: Here, number: RowId) -> HTMLResponse:
    with reading(here.engine) as session:
        try:
            row = digests.get(session, number)
        except DigestError as error:
            raise HTTPException(404, "There is no such digest.") from error
        edition = Edition.model_validate(row.content)
        named = {one.publication for one in edition.items} | {one.publication for one in edition.updates}
        hidden = named - lines.shown_among(session, named)
    left = without(edition, hidden)
    values = {
        "edition": edition,
        "subject": subject(edition),
        "fragment": web_fragment(left, base_url="", folder=folder_of(here.settings)),
        "hidden": len(hidden),
    }
    return page(request, "digest.html", values)


def without(edition: Edition, hidden: set[int]) -> Edition:
    """The edition without what it says of these publications."""
    items = tuple(item for item in edition.items if item.publication not in hidden)
    updates = tuple(update for update in edition.updates if update.publication not in hidden)
    return edition.model_copy(update={"items": items, "updates": updates})
