"""Changing a source: its options, address and rhythm, tried out before they are kept."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from config.source_rows import SourceRow
from spiders import trying
from spiders.engine import rewinding as engine
from spiders.engine.rewinding import Moment
from spiders.trying import TryError
from store import entries, incidents, people, rewinding, sources
from store.entries import Preview
from store.models import Source
from store.reading import CrawlJob, Reading
from store.sources import SourceError
from web.context import Context, Here, Visitor, Who
from web.deciding import deciding
from web.forms import all_gathered
from web.options_form import FormError, form_errors, option_fields, option_texts, read_options
from web.source_form import SECONDS, Posted, few, found_values, in_order, model_of
from web.templating import page, see_other
from web.words import in_path

router = APIRouter(prefix="/sources/{name}/edit", include_in_schema=False)


@dataclass(frozen=True)
class Draft:
    """What is on the page: the form as filled in, and what a trial of it brought."""

    form: dict[str, str] = field(default_factory=dict)
    reading: Reading | None = None
    told: Preview | None = None
    moments: list[Moment] | None = None
    errors: dict[str, str] = field(default_factory=dict)


@router.get("")
def edit(request: Request, here: Here, name: str) -> HTMLResponse:
    with deciding(here) as session:
        source = sources.by_name(session, name)
        return _page(request, source, Draft(_form_of(sources.row_of(source))))


@router.post("")
def go_on(request: Request, here: Here, visitor: Who, name: str, form: Posted) -> Response:
    """`do` says which button was pressed: test, rewind or save."""
    with deciding(here) as session:
        source = sources.by_name(session, name)
        before = sources.row_of(source)
    try:
        row = _row(before, form)
        match form.get("do"):
            case "save":
                _keep(here, visitor, row, quietly=form.get("quiet") == "yes")
                return see_other(f"/sources/{in_path(name)}", "source-changed")
            case "rewind":
                return _page(request, source, Draft(form, moments=_rewound(here, row)))
            case _:
                return _page(request, source, _tested(here, row, form))
    except FormError as error:
        return _page(request, source, Draft(form, errors=error.errors))
    except TryError as error:
        return _page(request, source, Draft(form, errors={"url": str(error)}))
    except SourceError as error:
        return _page(request, source, Draft(form, errors=error.problems))


def _page(request: Request, source: Source, draft: Draft) -> HTMLResponse:
    values = {
        "source": source,
        "form": draft.form,
        "options": option_fields(model_of(source.kind)),
        **found_values(draft.reading),
        "told": _told(draft.told),
        "moments": draft.moments,
        "errors": in_order(draft.errors),
    }
    return page(request, "editing.html", values)


def _form_of(row: SourceRow) -> dict[str, str]:
    """The form as the source stands."""
    kept = {"url": row.url, "role": row.role, "every": row.every, "note": row.note or ""}
    return kept | option_texts(model_of(row.kind), row.options)


def _row(before: SourceRow, form: dict[str, str]) -> SourceRow:
    """The source as the form says; its name, kind and publisher stay. Raises FormError with all that is wrong."""
    errors: dict[str, str] = {}
    options: dict[str, Any] = {}
    with all_gathered(errors):
        options = read_options(model_of(before.kind), form)
    kept = before.model_dump(mode="json", include={"name", "publisher", "kind", "enabled"})
    filled = {name: form[name] for name in ("url", "role", "every", "note") if form.get(name)}
    try:
        row = SourceRow.model_validate({"url": "", **kept, **filled, "options": options})
    except ValidationError as error:
        raise FormError(form_errors(error) | errors) from error
    if errors:
        raise FormError(errors)
    return row


def _tested(here: Context, row: SourceRow, form: dict[str, str]) -> Draft:
    """The address read with these options, and what the next reading would then make of it."""
    with deciding(here) as session:
        source = sources.by_name(session, row.name)
        job = _job(session, here, source, row)
    found = trying.try_out(job, seconds=SECONDS)
    with deciding(here) as session:
        told = entries.preview(session, sources.by_name(session, row.name), found)
    return Draft(form, found, told)


def _rewound(here: Context, row: SourceRow) -> list[Moment]:
    with deciding(here) as session:
        source = sources.by_name(session, row.name)
        frames = rewinding.frames(rewinding.saved_pages(session, source))
        job = _job(session, here, source, row)
    return engine.rewind(job, frames[-rewinding.MOST_FRAMES :])[::-1]


def _job(session: Session, here: Context, source: Source, row: SourceRow) -> CrawlJob:
    job = sources.job_for(session, source, here.settings, now=here.now())
    return job.model_copy(update={"url": row.url, "role": row.role, "options": row.options})


def _told(told: Preview | None) -> dict[str, Any] | None:
    """What the next reading would do, as the page shows it."""
    if told is None:
        return None
    lists = {"new": few(told.new), "held": few(told.held), "lost": few(told.lost)}
    return {"outcome": told.outcome, "why": told.why, "stays": len(told.stays), **lists}


def _keep(here: Context, visitor: Visitor, row: SourceRow, *, quietly: bool) -> None:
    with deciding(here) as session:
        before, after = sources.change(session, row, now=here.now())
        if quietly:
            incidents.let_pass(session, sources.by_name(session, row.name), quietly=True)
            after["what is new"] = "archived without announcing it"
        if after:
            who, now = visitor.email, here.now()
            people.record(session, who, "source changed", row.name, now=now, before=before, after=after)
