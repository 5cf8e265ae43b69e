"""Adding a source by pasting an address: what it is, what would be found, and only then is it kept."""

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from config.source_rows import PublisherRow, SourceRow
from spiders import trying
from spiders.base import kinds
from spiders.trying import TryError
from store import sources
from store.database import reading
from store.reading import CrawlJob, Reading
from store.sources import SourceError
from web.context import Context, Here, Visitor, Who
from web.deciding import deciding, record
from web.forms import all_gathered
from web.options_form import FormError, form_errors, option_fields, read_options
from web.source_form import SECONDS, Posted, found_values, in_order, model_of
from web.templating import page, see_other
from web.words import in_path

router = APIRouter(prefix="/sources/new", include_in_schema=False)
PUBLISHER_KINDS = ("partnership", "national", "inspectorate", "charity", "government")
NOT_NAMED = "none"
"""Stands for a publisher that is still to be named, so that the rest of the form can be checked."""


@dataclass(frozen=True)
class Draft:
    """What is on the page: the form as filled in, and what the address brought."""

    form: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    reading: Reading | None = None
    errors: dict[str, str] = field(default_factory=dict)


@router.get("")
def begin(request: Request, here: Here) -> HTMLResponse:
    return _page(request, here, Draft())


@router.post("")
def go_on(request: Request, here: Here, visitor: Who, form: Posted) -> Response:
    """`do` says which button was pressed: look, test, save (disabled) or watch (enabled)."""
    try:
        match form.get("do"):
            case "save" | "watch":
                name, done = _keep(here, visitor, form), "watched" if form["do"] == "watch" else "added"
                return see_other(f"/sources/{in_path(name)}", f"source-{done}")
            case "test":
                return _page(request, here, _tested(here, form))
            case _:
                return _page(request, here, _looked(here, form))
    except FormError as error:
        return _page(request, here, Draft(form, errors=error.errors))
    except TryError as error:
        return _page(request, here, Draft(form, errors={"url": str(error)}))
    except SourceError as error:
        return _page(request, here, Draft(form, errors=error.problems))


def _page(request: Request, here: Context, draft: Draft) -> HTMLResponse:
    with reading(here.engine) as session:
        publishers = sources.publisher_names(session)
    kind = draft.form.get("kind", "")
    values = {
        "form": draft.form,
        "reason": draft.reason,
        **found_values(draft.reading),
        "publishers": publishers,
        "publisher_kinds": PUBLISHER_KINDS,
        "kinds": kinds(),
        "options": option_fields(model_of(kind)) if kind in kinds() else [],
        "errors": in_order(draft.errors),
    }
    return page(request, "adding.html", values)


def _looked(here: Context, form: dict[str, str]) -> Draft:
    """The kind is proposed, and the address read as that."""
    proposal = trying.kind_for(form.get("url", ""), here.settings, now=here.now())
    chosen = {"url": proposal.url, "kind": proposal.kind, "name": trying.name_for(proposal.url)}
    return Draft(chosen, proposal.reason, trying.try_out(_job(here, chosen), seconds=SECONDS))


def _tested(here: Context, form: dict[str, str]) -> Draft:
    return Draft(form, reading=trying.try_out(_job(here, form), seconds=SECONDS))


def _job(here: Context, form: dict[str, str]) -> CrawlJob:
    options = read_options(model_of(form.get("kind", "")), form)
    with reading(here.engine) as session:
        areas = sources.areas(session)
    return trying.job_for(
        form.get("url", ""), form.get("kind", ""), here.settings, now=here.now(), options=options, areas=areas
    )


def _keep(here: Context, visitor: Visitor, form: dict[str, str]) -> str:
    """Store the source, and its publisher where it is a new one; its name. Raises FormError with all that is wrong."""
    errors: dict[str, str] = {}
    options: dict[str, Any] = {}
    publisher = None
    with all_gathered(errors):
        options = read_options(model_of(form.get("kind", "")), form)
    with all_gathered(errors):
        publisher = _publisher(form) if not form.get("publisher") else None
    with all_gathered(errors):
        row = _source(form, publisher.id if publisher else form.get("publisher") or NOT_NAMED, options)
    if errors:
        raise FormError(errors)
    with deciding(here) as session:
        sources.add(session, row, publisher, now=here.now())
        _record(session, here, visitor, row, publisher)
    return row.name


def _record(session: Session, here: Context, visitor: Visitor, row: SourceRow, publisher: PublisherRow | None) -> None:
    if publisher:
        record(session, here, visitor, "publisher added", publisher.id, name=publisher.name)
    told: dict[str, Any] = row.model_dump(mode="json", include={"url", "kind", "publisher", "enabled", "options"})
    record(session, here, visitor, "source added", row.name, **told)


def _publisher(form: dict[str, str]) -> PublisherRow:
    name = form.get("publisher_name", "")
    if not name:
        raise FormError({"publisher": "Choose the publisher, or name a new one"})
    id_ = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    kind = form.get("publisher_kind") or "partnership"
    try:
        return PublisherRow.model_validate({"id": id_, "name": name, "short": name, "kind": kind})
    except ValidationError as error:
        raise FormError({"publisher_name": f"Publisher: {'; '.join(form_errors(error).values())}"}) from error


def _source(form: dict[str, str], publisher: str, options: dict[str, Any]) -> SourceRow:
    values = {name: form[name] for name in ("name", "kind", "url", "role", "every") if form.get(name)}
    more = {"publisher": publisher, "options": options, "enabled": form.get("do") == "watch"}
    try:
        return SourceRow.model_validate(values | more)
    except ValidationError as error:
        raise FormError(form_errors(error)) from error
