"""What the pages that add a source and that change one share: the form, and what a trial reading found."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel

from spiders.base import kinds, spider_for
from store.reading import Reading
from web.options_form import FormError

SECONDS = 120
"""For a trial reading: a person waits for it."""
SHOWN = 20


async def posted(request: Request) -> dict[str, str]:
    """The form's texts by name."""
    return {name: value.strip() for name, value in (await request.form()).items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(posted)]


def model_of(kind: str) -> type[BaseModel]:
    """The options of a kind. Raises FormError for a kind that does not exist."""
    if kind not in kinds():
        raise FormError("Choose how the address is read.", "kind")
    return spider_for(kind).OptionsModel


def found_values(found: Reading | None) -> dict[str, Any]:
    """What the template `found.html` shows of a reading that was not stored."""
    return {
        "found": found,
        "entries": found.entries[:SHOWN] if found else (),
        "left_out": found.left_out[:SHOWN] if found else (),
        "documents": sum(len(entry.documents) for entry in found.entries) if found else 0,
    }


def few(headings: Sequence[Any]) -> dict[str, Any]:
    """The first of many, and how many more there are."""
    return {"shown": headings[:SHOWN], "more": max(len(headings) - SHOWN, 0), "count": len(headings)}
