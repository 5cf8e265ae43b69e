"""A form made from a kind's Options model, and what was filled in read by that model. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

PREFIX = "option."
NOT_SET = ("", "As the page shows")
ADVICE = {
    "not a regular expression": "Plain words will do; put a backslash before signs such as ( [ * + ? to mean them.",
    "not a CSS selector": "It is a name such as main, or a class with a dot such as .reviews.",
}
EMPTY = ("string_too_short", "missing")
LABELS = {"name": "The name of the source", "url": "The address", "every": "How often it is read"}
YES_OR_NO = (NOT_SET, ("true", "Yes"), ("false", "No"))


class FormError(ValueError):
    """What was filled in cannot be used; `errors` says of each field that is wrong, by its id on the page, why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


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


def option_texts(model: type[BaseModel], options: Mapping[str, Any]) -> dict[str, str]:
    """The options that are kept, as the form's fields hold them."""
    return {field.id: _text(options.get(field.id.removeprefix(PREFIX))) for field in option_fields(model)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return "" if value is None else str(value)


def read_options(model: type[BaseModel], form: Mapping[str, str]) -> dict[str, Any]:
    """The options that were filled in, as plain values. Raises FormError with all that do not fit."""
    given: dict[str, Any] = {}
    for field in option_fields(model):
        text = form.get(field.id, "").strip()
        if text:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            given[field.id.removeprefix(PREFIX)] = tuple(lines) if field.shape == "lines" else text
    try:
        checked = model.model_validate(given)
    except ValidationError as error:
        raise FormError(form_errors(error, PREFIX)) from error
    return checked.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def form_errors(error: ValidationError, prefix: str = "") -> dict[str, str]:
    """What is wrong with each field, in words; of each the first thing."""
    found: dict[str, str] = {}
    for one in error.errors():
        name = str(one["loc"][0]) if one["loc"] else ""
        said = "is empty: fill it in" if one["type"] in EMPTY else one["msg"].removeprefix("Value error, ")
        found.setdefault(prefix + name, f"{LABELS.get(prefix + name) or _words(name)} {_plainly(said)}")
    return found


def _plainly(text: str) -> str:
    """What a kind says of its options, for those who have never seen such a pattern."""
    for said, advice in ADVICE.items():
        if said in text:
            return f"cannot be used: {text}. {advice}"
    return text
