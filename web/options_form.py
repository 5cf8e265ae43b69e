"""A form made from a kind's Options model, and what was filled in read by that model. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

PREFIX = "option."
NOT_SET = ("", "As the page shows")
YES_OR_NO = (NOT_SET, ("true", "Yes"), ("false", "No"))


class FormError(ValueError):
    """What was filled in cannot be used; `at` is the field's id on the page."""

    def __init__(self, text: str, at: str) -> None:
        super().__init__(text)
        self.at = at


@dataclass(frozen=True)
class OptionField:
    """One option on the page. `shape`: text, lines (one value a line) or choice."""

    id: str
    label: str
    hint: str
    shape: str
    choices: tuple[tuple[str, str], ...] = ()


def option_fields(model: type[BaseModel]) -> list[OptionField]:
    """The model's options in its own order; the hints are their docstrings."""
    return [_field(name, field) for name, field in model.model_fields.items()]


def _field(name: str, field: FieldInfo) -> OptionField:
    parts = get_args(field.annotation) or (field.annotation,)
    enums = [part for part in parts if isinstance(part, type) and issubclass(part, Enum)]
    shape = "text"
    choices: tuple[tuple[str, str], ...] = ()
    if get_origin(field.annotation) is tuple:
        shape = "lines"
    elif bool in parts:
        shape, choices = "choice", YES_OR_NO
    elif enums:
        shape, choices = "choice", (NOT_SET, *((str(one.value), _words(str(one.value))) for one in enums[0]))
    return OptionField(PREFIX + name, _words(name), field.description or "", shape, choices)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def read_options(model: type[BaseModel], form: Mapping[str, str]) -> dict[str, Any]:
    """The options that were filled in, as plain values. Raises FormError at the first that does not fit."""
    given: dict[str, Any] = {}
    for field in option_fields(model):
        text = form.get(field.id, "").strip()
        if text:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            given[field.id.removeprefix(PREFIX)] = tuple(lines) if field.shape == "lines" else text
    try:
        checked = model.model_validate(given)
    except ValidationError as error:
        raise form_error(error, PREFIX) from error
    return checked.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def form_error(error: ValidationError, prefix: str = "") -> FormError:
    """The first thing that is wrong, in words."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    return FormError(f"{_words(name)} {first['msg'].removeprefix('Value error, ')}", prefix + name)
