"""What every request needs: settings, database, files, the time; and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from jinja2 import Environment
from sqlalchemy import Engine

from config.settings import Settings
from store.files import Files
from store.models import User


@dataclass(frozen=True)
class Context:
    """One for the whole program, made by `create_app`."""

    settings: Settings
    engine: Engine
    files: Files
    templates: Environment
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Visitor:
    """Who asks. `cookie` is the session's value; empty for programs, which send a token."""

    user: User | None = None
    cookie: str = ""
    by_token: bool = False

    @property
    def administrator(self) -> bool:
        return self.user is not None and self.user.role == "administrator"

    @property
    def email(self) -> str:
        return self.user.email if self.user else ""

    @property
    def team(self) -> str:
        return self.user.team if self.user else ""


def context_of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


def visitor_of(request: Request) -> Visitor:
    """Set by `web.access.guard`; nobody on the pages of errors that come before it."""
    visitor: Visitor = getattr(request.state, "visitor", None) or Visitor()
    return visitor


Here = Annotated[Context, Depends(context_of)]
Who = Annotated[Visitor, Depends(visitor_of)]
