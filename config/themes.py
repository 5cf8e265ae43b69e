"""Themes and vocabulary: what a text is about, and the many names of one thing (config/themes.toml)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from config.settings import load_settings
from config.toml_problems import Problem, TomlError, TomlFile, key_problems, read_text

PACKAGED = Path(__file__).with_name("themes.toml")
"""The themes that come with reviewwatch."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BETWEEN_WORDS = re.compile(r"[^\w.;:!?]+")


class ThemesError(TomlError):
    """What is wrong in a themes.toml or agencies.toml: a line for each problem, and nothing was taken from the file."""


def fold(text: str) -> str:
    """The text as it is compared: small letters, one blank between words, no hyphens, commas or quotation marks.

    The ends of sentences stay, so that a phrase never runs from one into the next.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return _BETWEEN_WORDS.sub(" ", plain).strip()


def _checked_slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(f'is {text!r}: use small letters, digits and single hyphens, such as "online-harm"')
    return text


def _checked_phrase(text: str) -> str:
    if not re.search(r"\w", text):
        raise ValueError(f"has {text!r}, in which there is no word: remove it")
    return text


Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_checked_phrase)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Theme(_Row):
    """What a review may be about, and the words and phrases that show it."""

    slug: Annotated[str, AfterValidator(_checked_slug)]
    name: Phrase
    words: list[Phrase]


class Term(_Row):
    """One thing under its many names; `note` tells a reader where a name has a second meaning."""

    term: Phrase
    same: list[Phrase]
    note: Note | None = None

    @property
    def names(self) -> list[str]:
        """The term and all its other names."""
        return [self.term, *self.same]


class Themes(BaseModel):
    """All themes and the whole vocabulary, ready to be asked."""

    model_config = ConfigDict(frozen=True)

    themes: tuple[Theme, ...] = ()
    vocabulary: tuple[Term, ...] = ()

    def find(self, text: str) -> list[str]:
        """The slugs of the themes whose words stand in the text, in the order of the file."""
        counts = self.count(text)
        return [theme.slug for theme in self.themes if theme.slug in counts]

    def count(self, text: str) -> Counter[str]:
        """How often words of each theme stand in the text, by slug; a theme that is not in it has no key."""
        counts: Counter[str] = Counter()
        for found in self._pattern.finditer(fold(text)):
            counts.update(self._slugs[found[1]])
        return counts

    def synonyms(self, term: str) -> list[str]:
        """The other names of a term, in the order of the file; none when the vocabulary does not know it."""
        wanted = fold(term)
        names = (name for row in self._terms.get(wanted, []) for name in row.names)
        return list({fold(name): name for name in names if fold(name) != wanted}.values())

    def notes(self, term: str) -> list[str]:
        """What a reader should know about a name, such as its second meaning."""
        return [row.note for row in self._terms.get(fold(term), []) if row.note]

    @cached_property
    def _slugs(self) -> dict[str, set[str]]:
        """The themes that each phrase shows, also by a shorter phrase at its beginning."""
        own: dict[str, set[str]] = {}
        for theme in self.themes:
            for phrase in theme.words:
                own.setdefault(fold(phrase), set()).add(theme.slug)
        return {phrase: set().union(*(own.get(start, set()) for start in _beginnings(phrase))) for phrase in own}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Finds at each word the longest phrase that begins there; looking ahead, it misses none that overlaps."""
        rest_by_first: dict[str, list[str]] = {}  # phrases by their first character: about four times as fast
        for phrase in sorted(self._slugs, key=len, reverse=True):
            rest_by_first.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
        branches = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rest_by_first.items()]
        return re.compile(rf"(?<!\w)(?=({'|'.join(branches) or '(?!)'})(?!\w))")

    @cached_property
    def _terms(self) -> dict[str, list[Term]]:
        terms: dict[str, list[Term]] = {}
        for row in self.vocabulary:
            for name in {fold(name) for name in row.names}:
                terms.setdefault(name, []).append(row)
        return terms


def _beginnings(phrase: str) -> Iterator[str]:
    words = phrase.split(" ")
    return (" ".join(words[:length]) for length in range(1, len(words) + 1))


def load_themes(path: Path | None = None) -> Themes:
    """The themes of a file, or those that come with reviewwatch. Raises ThemesError with every problem found."""
    file = checked_file(path or PACKAGED, {"theme": (Theme, "slug"), "vocabulary": (Term, "term")})
    return Themes(
        themes=tuple(Theme.model_validate(row) for row in file.rows("theme")),
        vocabulary=tuple(Term.model_validate(row) for row in file.rows("vocabulary")),
    )


@lru_cache(maxsize=1)
def vocabulary() -> Themes:
    """The themes of this machine, read once a process: `themes.toml` in the data folder, else the packaged ones."""
    own = load_settings().data_dir / "themes.toml"
    return load_themes(own if own.is_file() else None)


def checked_file(path: Path, tables: Mapping[str, tuple[type[BaseModel], str]]) -> TomlFile:
    """A file whose tables have good rows: by table their model, and the key that no two share. Raises ThemesError."""
    try:
        file = TomlFile(path.name, read_text(path, path.name))
    except TomlError as error:
        raise ThemesError(error.problems) from error
    problems = file.check_tables(list(tables))
    for table, (model, key) in tables.items():
        problems = [*problems, *_row_problems(file, table, model, key)]
    if problems:
        raise ThemesError(file.in_order(problems))
    return file


def _row_problems(file: TomlFile, table: str, model: type[BaseModel], key: str) -> Iterator[Problem]:
    first: dict[Any, int] = {}
    for index, row in enumerate(file.rows(table)):
        value = row.get(key)
        who = f'{table} "{value}"' if isinstance(value, str) else f"{table} number {index + 1}"
        for location, text in key_problems(model, row):
            yield Problem(file.line(table, index, location), f"{who}: {text}")
        if not isinstance(value, str):
            continue
        line = file.line(table, index, [key])
        if fold(value) in first:
            text = f"is already used on line {first[fold(value)]}: put both together"
            yield Problem(line, f'{who}: key "{key}": {text}')
        first.setdefault(fold(value), line)
