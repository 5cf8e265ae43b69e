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
LABELS = {"url": "The address", "every": "How often it is read"}
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
    said = "is empty: fill it in" if first["type"] == "string_too_short" else first["msg"].removeprefix("Value error, ")
    return FormError(f"{LABELS.get(prefix + name) or _words(name)} {_plainly(said)}", prefix + name)


def _plainly(text: str) -> str:
    """What a kind says of its options, for those who have never seen such a pattern."""
    for said, advice in ADVICE.items():
        if said in text:
            return f"cannot be used: {text}. {advice}"
    return text
