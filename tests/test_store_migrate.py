"""Migrations bring an empty database to what the models say, on both kinds, and back."""

from alembic import command
from sqlalchemy import Engine, inspect

from store.migrate import alembic_config, is_current, migrate


def test_head_is_what_the_models_say(engine: Engine) -> None:
    assert is_current(engine)
    command.check(alembic_config(engine))


def test_down_and_up_again(engine: Engine) -> None:
    command.downgrade(alembic_config(engine), "base")
    assert "publication" not in inspect(engine).get_table_names()
    migrate(engine)
    migrate(engine)
    assert "publication" in inspect(engine).get_table_names()
