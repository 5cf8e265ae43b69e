"""Alembic's entry: the engine is handed over by store.migrate."""

from alembic import context
from sqlalchemy import Engine

import store.models  # noqa: F401  (fills the metadata)
from store.database import METADATA


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Search tables and queue tables are written by hand or by their library: autogenerate leaves them alone."""
    return not (kind == "table" and (name or "").startswith(("search_index", "procrastinate")))


def run(engine: Engine) -> None:
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            include_object=ours,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run(context.config.attributes["engine"])
