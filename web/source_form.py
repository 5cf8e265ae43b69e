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
FIELDS = ("url", "kind", "name", "publisher", "publisher_name", "publisher_kind", "role", "every", "note")


async def posted(request: Request) -> dict[str, str]:
    """The form's texts by name."""
    return {name: value.strip() for name, value in (await request.form()).items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(posted)]


def model_of(kind: str) -> type[BaseModel]:
    """The options of a kind. Raises FormError for a kind that does not exist."""
    if kind not in kinds():
        raise FormError({"kind": "Choose how the address is read"})
    return spider_for(kind).OptionsModel


def in_order(errors: dict[str, str]) -> dict[str, str]:
    """What is wrong, in the order of the fields on the page: those of the source, then the options."""
    return dict(sorted(errors.items(), key=lambda one: FIELDS.index(one[0]) if one[0] in FIELDS else len(FIELDS)))


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
