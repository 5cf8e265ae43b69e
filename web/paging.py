"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Generic, TypeVar

from fastapi import Query

Line = TypeVar("Line")
AT_ONCE = 50
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]


@dataclass(frozen=True)
class Paged(Generic[Line]):
    """One page of a list that has `count` lines; pages count from 1."""

    shown: Sequence[Line]
    number: int
    pages: int
    count: int


def paged(lines: Sequence[Line], number: int, size: int = AT_ONCE) -> Paged[Line]:
    """The page of that number; the last one, where there are not so many."""
    pages = max(1, ceil(len(lines) / size))
    number = min(number, pages)
    return Paged(lines[(number - 1) * size : number * size], number, pages, len(lines))
