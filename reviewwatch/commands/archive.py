"""`search` and `export`: what the archive holds."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewwatch.options import Json

if TYPE_CHECKING:
    from store.search import Hit


class Form(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    RIS = "ris"


def add_to(app: typer.Typer) -> None:
    app.command()(search)
    app.command()(export)


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help='Words, "a phrase", OR, -without, area:Leeds.')],
    kind: Annotated[str | None, typer.Option(help="Only this kind, such as local_review.")] = None,
    area: Annotated[str | None, typer.Option(help="Only this area.")] = None,
    theme: Annotated[str | None, typer.Option(help="Only this theme.")] = None,
    since: Annotated[str | None, typer.Option(metavar="D", help="Published on or after: 2023, 2023-05.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="Published up to and with: 2023, 2023-05-31.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many hits.")] = 20,
    json: Json = False,
) -> None:
    """Search the full text of all publications; each hit with the page that says it.

    When nothing has all that was asked for, most or some of it is looked for, and that is said on standard error; not
    with --json, for a program would take it for what was asked.
    """
    from config.themes import vocabulary
    from reviewwatch.output import show_json
    from reviewwatch.program import opened
    from store.asked import asked
    from store.database import reading
    from store.known import check
    from store.query import Filter
    from store.search import search as find
    from store.wider import meant

    first, last = period(since, until)
    filters = [
        Filter(name, _plain(value))
        for name, value in (("kind", kind), ("area", area), ("theme", theme))
        if value is not None
    ]
    dates = {"after": first, "before": last}
    text = [query, *(f'{node.name}:"{node.value}"' for node in filters)]
    text += [f"{name}:{day.isoformat()}" for name, day in dates.items() if day]
    wanted = asked(" ".join(text), vocabulary().synonyms)
    with reading(opened().engine) as session:
        for node in filters:
            check(session, node)
        found = find(session, wanted, limit=limit, facets=())
        wider = None if found.total or json else meant(session, wanted)
        instead = find(session, wider, limit=limit, facets=()) if wider else found
    explained = wanted.explained
    if wider and instead.total:
        typer.echo(wider.explained, err=True)
        found, explained = instead, ""
    if json:
        show_json([as_row(hit) for hit in found.hits])
        return
    typer.echo("\n\n".join([f"{found.total} found. {explained}".rstrip(), *(as_text(hit) for hit in found.hits)]))


def period(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The first day asked for and the day after the last: `--until` takes its day, month or year in."""
    first = _dates(since, "--since")[0] if since is not None else None
    last = _dates(until, "--until")[1] if until is not None else None
    if first and last and first >= last:
        raise typer.BadParameter(f"{until!r} is before --since {since!r}: nothing lies between", param_hint="--until")
    return first, last


def _dates(text: str, option: str) -> tuple[date | None, date | None]:
    """The first day of what the text names, and the day after its last."""
    from store.query import Published, parse

    match parse(f'year:"{_plain(text)}"').root.nodes:
        case (Published(start=start, end=end),):
            return start, end
    raise typer.BadParameter(f"{text!r} is no date; write 2023, 2023-05 or 2023-05-31", param_hint=option)


def _plain(text: str) -> str:
    return text.replace('"', " ")


def as_row(hit: "Hit") -> dict[str, Any]:
    return {
        "publication": hit.publication_id,
        "title": hit.title,
        "document": hit.document_id,
        "page": hit.page,
        "snippet": "".join(text for text, _ in hit.snippet),
        "score": hit.score,
    }


def as_text(hit: "Hit") -> str:
    from reviewwatch.output import clean

    page = f", page {hit.page}" if hit.page else ""
    return f"{hit.publication_id}  {clean(hit.title)}{page}\n    {clean(as_row(hit)['snippet'])}"


def export(
    form: Annotated[Form, typer.Option("--format", help="jsonl, csv or ris.")] = Form.JSONL,
) -> None:
    """Print every publication, a line or record each; nothing suspected or removed is shown."""
    from reviewwatch.program import opened
    from store import export as exporting
    from store.database import reading

    with reading(opened().engine) as session:
        for line in exporting.write(exporting.records(session), form.value):
            typer.echo(line)
