"""The bytes of documents: streamed, in ranges, never run."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from store import file_views
from store.database import reading
from store.file_views import FileView
from store.files import FileMissing
from web.context import Here
from web.ids import RowId

router = APIRouter(include_in_schema=False)
PDF = "application/pdf"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@router.get("/documents/{version_id}")
def document(request: Request, here: Here, version_id: RowId) -> Response:
    with reading(here.engine) as session:
        file = file_views.file_view(session, version_id)
    if file is None:
        raise HTTPException(404)
    try:
        size = here.files.size(file.sha256)
    except FileMissing as error:
        raise HTTPException(404, "We no longer hold this file.") from error
    headers = _headers(file)
    if _is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    start, end = _part(request, size, headers)
    headers["Content-Length"] = str(end - start)
    partial = (start, end) != (0, size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    body = _nothing() if request.state.head else here.files.stream(file.sha256, start, end)
    media_type = PDF if file.media_type == PDF else "application/octet-stream"
    return StreamingResponse(body, 206 if partial else 200, headers=headers, media_type=media_type)


def _is_held(request: Request, tag: str) -> bool:
    """Whether the asker has these bytes already; such comparing is weak (RFC 9110, 13.1.2)."""
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return tag in held or "*" in held


def _nothing() -> Iterator[bytes]:
    yield from ()


def _headers(file: FileView) -> dict[str, str]:
    """Only a PDF opens in the browser; all else is saved. Neither may run anything, whatever it contains."""
    way = "inline" if file.media_type == PDF else "attachment"
    return {
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(_file_name(file), safe='')}",
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "private, no-cache",
    }


def _file_name(file: FileView) -> str:
    name = re.sub(r"[^\w .()-]+", "_", file.name).strip(" .")[:120] or "document"
    return name if "." in name or file.media_type != PDF else f"{name}.pdf"


def _part(request: Request, size: int, headers: dict[str, str]) -> tuple[int, int]:
    """First byte, and the one after the last. One range; what cannot be understood means all of it (RFC 9110)."""
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    changed = request.headers.get("if-range", headers["ETag"]) != headers["ETag"]
    if match is None or changed or not any(match.groups()):
        return 0, size
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return 0, size
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size or end <= start:
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    return start, end
