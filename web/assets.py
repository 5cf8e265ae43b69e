"""Style sheets and scripts: named with what is in them, so that a browser asks for each once."""

import hashlib
from functools import cache
from os import PathLike, stat_result
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Static files; what is asked for by its mark (`?v=`) never changes, anything else is asked about each time."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        marked = scope["query_string"].startswith(b"v=")
        answer.headers["Cache-Control"] = FOR_A_YEAR if marked else "no-cache"
        return answer


@cache
def address(name: str) -> str:
    """Of a file in the folder of static files, with the mark of its bytes."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"
