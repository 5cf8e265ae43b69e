"""`run`, `web`, `clock`, `worker`, `migrate`: the processes of an installation."""

from typing import Annotated

import typer

Host = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all of this machine's.")]
LOOPBACK = "127.0.0.1"


def add_to(app: typer.Typer) -> None:
    for command in (run, web, clock, worker, migrate):
        app.command()(command)


def run(host: Host = LOOPBACK) -> None:
    """Run all on one machine: database, web app, clock and worker; a process that dies is started again."""
    from reviewwatch.program import log_everything, opened
    from reviewwatch.run import supervise
    from reviewwatch.seed import first_link, seed

    log_everything()
    program = opened()
    if count := seed(program):
        typer.echo(f"{count} sources of the catalogue are watched now; see `reviewwatch sources list`")
    typer.echo(f"reviewwatch runs at {program.settings.public_url}; stop it with Ctrl-C")
    if link := first_link(program):
        typer.echo(f"nobody administers it yet; this link signs you in once: {link}")
    raise typer.Exit(supervise({"web": ["web", "--host", host], "clock": ["clock"], "worker": ["worker"]}))


def web(host: Host = LOOPBACK) -> None:
    """Serve the web app, by as many processes as REVIEWWATCH_WEB_PROCESSES says."""
    from reviewwatch.program import log_everything, opened
    from reviewwatch.serving import serve, serve_by_several

    log_everything()
    program = opened()
    if program.settings.web_processes > 1:
        serve_by_several(program, host, program.settings.web_processes)
    else:
        serve(program, host)


def clock() -> None:
    """Ask the tables once a minute what is due."""
    from reviewwatch import clock as clock_
    from reviewwatch.program import log_everything, opened

    log_everything()
    clock_.run(opened())


def worker() -> None:
    """Do what is due: read sources, fetch documents, read their text, match, send."""
    from reviewwatch import worker as worker_
    from reviewwatch.program import log_everything, opened

    log_everything()
    worker_.run(opened())


def migrate() -> None:
    """Bring the database's tables up to date."""
    from reviewwatch.program import opened

    program = opened()
    typer.echo(f"the database is up to date: {program.engine.url.render_as_string(hide_password=True)}")
