"""What is wrong with a form: every field that is, by its id, in the words of what refused it."""

from collections.abc import Iterator
from contextlib import contextmanager

from web.options_form import FormError
from web.words import upper_first


@contextmanager
def gathered(errors: dict[str, str], at: str, *kinds: type[ValueError]) -> Iterator[None]:
    """What the block raises of these kinds becomes what is wrong with the field `at`; what was said before stays."""
    try:
        yield
    except kinds as error:
        errors.setdefault(at, upper_first(str(error)))


@contextmanager
def all_gathered(errors: dict[str, str]) -> Iterator[None]:
    """What a FormError of the block says of its fields is added; what was said before stays."""
    try:
        yield
    except FormError as error:
        errors.update({at: text for at, text in error.errors.items() if at not in errors})
