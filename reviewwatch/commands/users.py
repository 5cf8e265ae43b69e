"""`users`: who may sign in."""

from typing import Annotated

import typer

from reviewwatch.options import At, Json

app = typer.Typer(help="Who may sign in to the web app.", no_args_is_help=True)


@app.command()
def add(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    role: Annotated[str, typer.Option(help="administrator or staff.")],
    at: At = None,
) -> None:
    """Add a user and print a link that signs them in once."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people
    from store.database import writing

    program = opened(at)
    with writing(program.engine) as session:
        user = people.add_user(session, email, role, now=program.now)
        people.record(session, COMMAND_LINE, "user added", user.email, now=program.now, after={"role": user.role})
    typer.echo(f"{user.email} is {user.role}; this link signs them in once, within 24 hours:")
    typer.echo(people.make_link(program.settings, user, now=program.now))


@app.command()
def link(email: Annotated[str, typer.Argument(metavar="EMAIL")]) -> None:
    """Print a new link that signs a user in once."""
    from reviewwatch.program import COMMAND_LINE, opened
    from store import people
    from store.database import writing

    program = opened()
    with writing(program.engine) as session:
        user = people.find_user(session, people.clean_email(email))
        if user is None:
            raise people.PeopleError(f"there is no user {email}: see `users list`")
        people.record(session, COMMAND_LINE, "link made", user.email, now=program.now)
    typer.echo(people.make_link(program.settings, user, now=program.now))


@app.command("list")
def list_(json: Json = False) -> None:
    """Show all users."""
    from reviewwatch.output import show
    from reviewwatch.program import opened
    from store import people
    from store.database import reading

    with reading(opened().engine) as session:
        rows = [
            {
                "email": user.email,
                "role": user.role,
                "last_sign_in_at": user.last_sign_in_at,
                "disabled_at": user.disabled_at,
            }
            for user in people.all_users(session)
        ]
    show(rows, as_json=json, nothing="there are no users: see `users add`")
