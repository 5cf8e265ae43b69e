"""Numbers in addresses: what no row can have is not found, before any database is asked."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Path, Query

LARGEST_ID = 2**31 - 1
"""Of a row's number on every database."""
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BeforeId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
"""Where the page before ended, of a list whose newest are first."""
AfterId = Annotated[int, Query(ge=0, le=LARGEST_ID)]
"""The same of a list whose oldest are first."""


def end_of(lines: Sequence[Any], limit: int) -> int | None:
    """The number of the last line, when there may be more after it."""
    return lines[-1].id if len(lines) == limit else None
