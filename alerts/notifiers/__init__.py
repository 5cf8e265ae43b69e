"""One module per kind of channel; a new kind is a new module here, with a class `Notifier`."""

from importlib import import_module
from pkgutil import iter_modules

from alerts.notifiers.base import Notifier

SHARED = ("base", "webhook")


def kinds() -> list[str]:
    return sorted(module.name for module in iter_modules(__path__) if module.name not in SHARED)


def notifier_for(kind: str) -> type[Notifier]:
    """Raises LookupError for a kind that has no module."""
    if kind not in kinds():
        raise LookupError(f"there is no kind of channel {kind!r}")
    found: type[Notifier] = import_module(f"alerts.notifiers.{kind}").Notifier
    return found
