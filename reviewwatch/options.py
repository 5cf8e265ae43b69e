"""Options that several commands share."""

from datetime import datetime
from typing import Annotated

import typer


def parsed_moment(text: str) -> datetime:
    """ISO 8601; without an offset it stays naive and means the settings' time zone, a day alone means its start."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no moment; write 2026-03-02, 2026-03-02T09:00 or with an offset"
        ) from None


At = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        metavar="TIME",
        parser=parsed_moment,
        help="Act as of this moment (ISO 8601; London time). Default: now.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
