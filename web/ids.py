"""Numbers in addresses: what no row can have is not found, before any database is asked."""

from typing import Annotated

from fastapi import Path, Query

LARGEST_ID = 2**31 - 1
"""Of a row's number on every database."""
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BeforeId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
"""Where the page before ended."""
