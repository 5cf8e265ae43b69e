"""`search` and `export`: what the archive holds."""

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
    """Search the full text of all publications; each hit with the page that says it."""
    from config.themes import vocabulary
    from reviewwatch.output import show_json
    from reviewwatch.program import opened
    from store.database import reading
    from store.query import parse
    from store.search import search as find

    program = opened()
    filters = {"kind": kind, "area": area, "theme": theme, "after": since, "before": day_after(until)}
    given = {name: value.replace('"', " ") for name, value in filters.items() if value}
    text = " ".join([query, *(f'{name}:"{value}"' for name, value in given.items())])
    wanted = parse(text, vocabulary().synonyms)
    with reading(program.engine) as session:
        found = find(session, wanted, limit=limit)
    if json:
        show_json([as_row(hit) for hit in found.hits])
        return
    typer.echo(
        "\n\n".join([f"{found.total} found. {wanted.explained}".rstrip(), *(as_text(hit) for hit in found.hits)])
    )


def day_after(until: str | None) -> str | None:
    """The query language's `before:` leaves its day out; `--until` takes its day, month or year in."""
    if until is None:
        return None
    from store.query import Published, parse

    named = parse(f"year:{until}").root.nodes
    if len(named) != 1 or not isinstance(named[0], Published) or named[0].end is None:
        raise typer.BadParameter(f"{until!r} is no date; write 2023, 2023-05 or 2023-05-31", param_hint="--until")
    return named[0].end.isoformat()


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
