"""`topics`: saved searches."""

from typing import TYPE_CHECKING, Annotated

import typer

from reviewwatch.options import At, Json

if TYPE_CHECKING:
    from store.topics import Tried

app = typer.Typer(help="Saved searches: what digests and feeds tell.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call the topic.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help='As in `search`; "" finds everything.')],
    at: At = None,
) -> None:
    """Keep a topic."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people, topics
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        topic = topics.add(session, name, query, now=program.now)
        tried = topics.try_query(session, query, now=program.now)
        people.record(session, COMMAND_LINE, "topic added", topic.name, now=program.now, after={"query": topic.query})
    typer.echo(f"topic {topic.name}: {tried.in_twelve_months} publications in twelve months")
    if tried.warning:
        typer.echo(tried.warning)


@app.command("list")
def list_(json: Json = False) -> None:
    """Show all topics."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import topics
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [{"name": one.name, "slug": one.slug, "query": one.query} for one in topics.all_topics(session)]
    show(rows, as_json=json, nothing="there are no topics: see `topics add`")


@app.command("try")
def try_(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="As in `search`.")],
    at: At = None,
    json: Json = False,
) -> None:
    """Show what a query would have brought in twelve months, with examples."""
    from dataclasses import asdict

    from reviewwatch.output import show_json
    from reviewwatch.program import opened
    from store import topics
    from store.database import reading

    program = opened(at)
    with reading(program.engine) as session:
        tried = topics.try_query(session, query, now=program.now)
    show_json(asdict(tried)) if json else typer.echo(as_text(tried))


def as_text(tried: "Tried") -> str:
    from reviewwatch.output import clean

    lines = [f"{tried.in_twelve_months} publications in twelve months"]
    lines += [f"  {one.publication}  {one.first_seen:%Y-%m-%d}  {clean(one.title)}" for one in tried.examples]
    return "\n".join([*lines, tried.warning] if tried.warning else lines)
