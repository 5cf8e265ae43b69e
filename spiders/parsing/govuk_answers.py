"""Answers of GOV.UK's interfaces, checked before they are believed."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from scrapy.http import Response

from spiders.engine.problems import header
from store.reading import IncidentKind, Problem

MIRROR = "Fastly-Backend-Name"
Shape = TypeVar("Shape", bound=BaseModel)


class UnusableAnswer(ValueError):
    """An answer that says nothing about the page asked for; `problem` says why."""

    def __init__(self, kind: IncidentKind, evidence: str) -> None:
        super().__init__(evidence)
        self.problem = Problem(kind=kind, evidence=evidence)


def read_json(response: Response, shape: type[Shape]) -> Shape:
    """The answer as `shape`. Raises UnusableAnswer for the site's static copy, for HTML and for what has another shape.

    In an outage the delivery network answers from a static copy, which ignores query strings: another page's items.
    """
    backend = header(response, MIRROR)
    if backend.startswith("mirror"):
        words = f"{response.url} was answered from the site's static copy ({backend}), not by the site itself."
        raise UnusableAnswer(IncidentKind.UNREACHABLE, words)
    try:
        return shape.model_validate(json.loads(response.text))
    except (json.JSONDecodeError, RecursionError):
        kind = header(response, "Content-Type")[:80] or "not named"
        words = f"{response.url}: JSON was expected, something else came (its type is {kind})."
        raise UnusableAnswer(IncidentKind.WRONG_TYPE, words) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        words = f"{response.url}: the answer has another shape than expected ({where}: {first['msg']})."
        raise UnusableAnswer(IncidentKind.STRUCTURE, words) from None
