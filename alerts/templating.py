"""The templates of messages: ours, and those that an administrator has put in their place in the data folder.

A template of the data folder that cannot be used is never the reason that a digest does not go out: ours is used.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateSyntaxError
from jinja2 import select_autoescape as autoescape_of
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from alerts import phrases
from config.settings import Settings

NAMES = ("mail.html", "mail.txt", "item.html", "update.html", "service.md", "service.txt", "web.html")
FILTERS = ("clean", "cut", "markdown", "measures", "plain", "web_address")
WRONG = (TemplateError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
"""What a wrong template can raise: its own errors, and those of the expressions in it."""
Check = Callable[[str], str]


def folder_of(settings: Settings) -> Path:
    """Where an administrator puts templates that take the place of ours."""
    return settings.data_dir / "templates"


@dataclass(frozen=True)
class Broken:
    """A template of the data folder that was not used. `key` stands for the folder's files as they are now."""

    name: str
    reason: str
    key: int


@dataclass
class Templates:
    """Renders by name; `broken` collects what was not used. One for each digest that is rendered."""

    folder: Path | None = None
    broken: dict[int, Broken] = field(default_factory=dict)

    def render(self, name: str, values: Mapping[str, Any], check: Check = lambda _text: "") -> str:
        """The text. `check` says what is wrong with one that a replaced template made; empty: nothing."""
        if self.replaced:
            try:
                text = _replaced(self.replaced).get_template(name).render(values)
            except WRONG as error:
                self.give_up(_place(error, self.replaced) or name, _reason(error))
            else:
                if not (wrong := check(text)):
                    return text
                self.give_up(name, wrong)
        return _ours().get_template(name).render(values)

    @property
    def replaced(self) -> Path | None:
        """The folder, while some template stands in it and none of them has been found wrong."""
        used = self.folder is not None and not self.broken and any((self.folder / name).is_file() for name in NAMES)
        return self.folder if used else None

    def give_up(self, name: str, reason: str) -> None:
        """From now on our own templates are used for this digest: one that is half of each would be neither."""
        key = _key(self.folder) if self.folder else 0
        self.broken[key] = Broken(name, phrases.cut(reason, 200), key)


def _key(folder: Path) -> int:
    """Another number when any of the templates has been changed."""
    files = [folder / name for name in NAMES]
    return zlib.crc32(b"\0".join(file.read_bytes() if file.is_file() else b"" for file in files)) & 0x7FFFFFFF


def _place(error: Exception, folder: Path) -> str:
    """Which of the folder's files the error comes from; empty when none of them does."""
    if isinstance(error, TemplateSyntaxError) and error.name:
        return error.name
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).parent == folder]
    return Path(frames[-1].filename).name if frames else ""


def _reason(error: Exception) -> str:
    line = f"line {error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
    return f"{line}{error}" if str(error) else type(error).__name__


@lru_cache(maxsize=1)
def _ours() -> Environment:
    return _prepared(
        Environment(
            loader=PackageLoader("alerts"),
            autoescape=autoescape_of(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )


@lru_cache(maxsize=4)
def _replaced(folder: Path) -> Environment:
    """The folder's templates first, then ours. They may only show what they are given."""
    return _prepared(
        SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder), PackageLoader("alerts")]),
            autoescape=autoescape_of(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )


def _prepared(environment: Environment) -> Environment:
    environment.globals |= {"facts": phrases.facts, "quoted": phrases.lesson}
    for name in FILTERS:
        environment.filters[name] = getattr(phrases, name)
    return environment
