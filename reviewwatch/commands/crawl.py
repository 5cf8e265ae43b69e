"""`crawl`: read sources now, and do what that makes due."""

from typing import Annotated, Any

import typer

from reviewwatch.options import At, Json


def add_to(app: typer.Typer) -> None:
    app.command()(crawl)


def crawl(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Sources by name.")] = None,
    due: Annotated[bool, typer.Option("--due", help="The sources that are due.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Every enabled source.")] = False,
    at: At = None,
    json: Json = False,
) -> None:
    """Read sources now, and do all that this makes due: documents, text, matching."""
    if bool(names) + due + every != 1:
        raise typer.BadParameter("name sources, or say --due, or --all", param_hint="NAME")
    if not due:  # there is something to read: the other processor imports Scrapy while this one opens the archive
        from spiders.engine.children import nursery

        nursery.get_ready()
    from reviewwatch import tasks
    from reviewwatch.output import complain, progress, show
    from reviewwatch.program import opened
    from reviewwatch.work import Work
    from store import sources
    from store.database import reading

    program = opened(at)
    with reading(program.engine) as session:
        wanted = names or sources.names(session, due=program.now if due else None)
        chosen = list(dict.fromkeys(wanted))
    with progress("Reading") as note:
        work = Work(program.engine, program.files, program.settings, program.now, note=note, wait=tasks.WAIT_FOR_HOST)
        summaries = tasks.crawl_and_work(work, chosen, only_due=due)
    rows = [as_row(summary) for summary in summaries]
    show(rows, as_json=json, nothing="no source is due" if due else "there are no sources: see `sources import`")
    for busy in (summary for summary in summaries if summary.outcome == "busy"):
        complain(f"{busy.source} was not read: another process is reading its site; try again")
    for row in rows:
        if row["outcome"] == "failed" and row["incident"]:
            complain(f"{row['source']} could not be read: {row['incident']}; see `reviewwatch incidents list`")
    if any(row["outcome"] == "failed" for row in rows):
        raise typer.Exit(1)


def as_row(summary: Any) -> dict[str, Any]:
    """What is printed of one reading; `summary` is a RunSummary."""
    return {
        "source": summary.source,
        "outcome": "failed" if summary.outcome == "busy" else summary.outcome,
        "entries": summary.entries,
        "new": summary.new,
        "changed": summary.changed,
        "held": summary.held,
        "incident": summary.incident,
    }
