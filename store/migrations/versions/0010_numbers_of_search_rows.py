"""a search row's number says whose it is (store.models.search.ROWS_EACH)"""

from alembic import op

from store.models.search import create_index, drop_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# below zero first: a new number may be another row's old one
_NUMBER = """
    UPDATE search_row SET id = -numbered.number FROM (
        SELECT id AS old, publication_id * 4096 + CASE WHEN version_id IS NULL THEN 0 ELSE row_number() OVER
        (PARTITION BY publication_id, version_id IS NULL ORDER BY version_id, part) END AS number FROM search_row
    ) AS numbered WHERE search_row.id = numbered.old
"""


def upgrade() -> None:
    drop_index(op.get_bind())
    op.execute(_NUMBER)
    op.execute("UPDATE search_row SET id = -id")
    create_index(op.get_bind())


def downgrade() -> None:
    """The numbers may stay: to the program of before they are numbers like others."""
