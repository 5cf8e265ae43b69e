"""Agencies: the bodies that a recommendation names, and the words that name them (config/agencies.toml)."""

import re
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from config.settings import load_settings
from config.themes import Theme, checked_file, fold

PACKAGED = Path(__file__).with_name("agencies.toml")
"""The agencies that come with reviewwatch."""


class Agencies(BaseModel):
    """All agencies, ready to be asked. A row is as a theme's: slug, name, words."""

    model_config = ConfigDict(frozen=True)

    agencies: tuple[Theme, ...] = ()

    def find(self, text: str) -> list[str]:
        """The slugs of those that the text names, in the order of the file. Longest words first, each word once."""
        named = {self._slugs[found[0]] for found in self._pattern.finditer(fold(text))}
        return [agency.slug for agency in self.agencies if agency.slug in named]

    @cached_property
    def names(self) -> dict[str, str]:
        """By slug what a reader is told."""
        return {agency.slug: agency.name for agency in self.agencies}

    @cached_property
    def _slugs(self) -> dict[str, str]:
        return {fold(phrase): agency.slug for agency in self.agencies for phrase in agency.words}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._slugs, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)")


def load_agencies(path: Path | None = None) -> Agencies:
    """The agencies of a file, or those that come with reviewwatch. Raises ThemesError with every problem found."""
    file = checked_file(path or PACKAGED, {"agency": (Theme, "slug")})
    return Agencies(agencies=tuple(Theme.model_validate(row) for row in file.rows("agency")))


@lru_cache(maxsize=1)
def agencies() -> Agencies:
    """Those of this machine, read once a process: `agencies.toml` in the data folder, else the packaged ones."""
    own = load_settings().data_dir / "agencies.toml"
    return load_agencies(own if own.is_file() else None)
