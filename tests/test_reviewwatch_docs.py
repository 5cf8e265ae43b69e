"""Every command and every setting is named in its reference."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from config.settings import Settings
from reviewwatch.cli import app

DOCS = Path(__file__).parent.parent / "docs"


def commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        full = f"{before}{name}"
        if hasattr(command, "commands"):
            yield from commands(command, f"{full} ")
        else:
            yield full


@pytest.mark.parametrize("command", sorted(commands(get_command(app))))
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in (DOCS / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_documented(field: str) -> None:
    name = field.upper() if field in ("database_url", "port") else f"REVIEWWATCH_{field.upper()}"
    assert f"`{name}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


INTERFACE = """
demo run web clock worker migrate crawl search export backup restore doctor
sources:list sources:show sources:import sources:export sources:check sources:enable sources:disable
matches:list matches:accept matches:reject matches:undo incidents:list incidents:resolve
withdrawals:list withdrawals:keep withdrawals:replace withdrawals:remove
channels:add channels:list channels:test topics:add topics:list topics:try
subscriptions:add subscriptions:list subscriptions:pause
digests:preview digests:send digests:list digests:show users:add
"""


def test_the_commands_that_others_rely_on_are_there() -> None:
    """The table of the design: these names stay."""
    promised = {name.replace(":", " ") for name in INTERFACE.split()}
    assert promised <= set(commands(get_command(app)))
