"""The reviews of the story (`cases.toml`): who publishes each, what it is called, what it is about."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Case:
    """`published` is in days after the first day; `themes` are keys of `texts.THEMES`; subjects are pseudonyms."""

    ref: str
    publisher: str
    subject: str
    published: int
    themes: list[str]
    circumstance: str
    title: str

    @property
    def publisher_name(self) -> str:
        return NAMES[self.publisher]


_TABLES = tomllib.loads(files("samples").joinpath("cases.toml").read_text("utf-8"))
NAMES: dict[str, str] = _TABLES["names"]
"""publisher id -> full name"""


def _case(ref: str, table: dict[str, Any]) -> Case:
    usual = f"Local child safeguarding practice review: {table['subject']}"
    return Case(ref=ref, **{"title": usual, **table})


CASES: dict[str, Case] = {ref: _case(ref, table) for ref, table in _TABLES["cases"].items()}
