"""Invented report texts by theme (`texts.toml`): what was found, what it means, what is recommended."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Theme:
    finding: str
    paragraphs: list[str]
    recommendations: list[str]


_TEXTS = tomllib.loads(files("samples").joinpath("texts.toml").read_text("utf-8"))
THEMES: dict[str, Theme] = {name: Theme(**table) for name, table in _TEXTS["themes"].items()}
OPENINGS: list[str] = _TEXTS["openings"]
METHODS: list[str] = _TEXTS["methods"]
STRENGTHS: list[str] = _TEXTS["strengths"]
SERVICES: list[str] = _TEXTS["services"]
OBSERVATIONS: list[str] = _TEXTS["observations"]
OUTCOMES: list[str] = _TEXTS["outcomes"]
