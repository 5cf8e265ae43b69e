"""search rows know their pages and how many recommendations there are"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.running_heads import without_running_heads
from store.search_index import parts
from store.words import words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = ("publication_id", "version_id", "part", "first_page", "recommendations", "title", "words")
_ROWS = sa.table("search_row", *(sa.column(name) for name in _COLUMNS))
_OLD = sa.text(
    "SELECT publication_id, version_id, title, "
    "(SELECT count(*) FROM lesson WHERE lesson.version_id = search_row.version_id AND kind = 'recommendation') "
    "FROM search_row WHERE version_id IS NOT NULL AND part = 0"
)
_PAGES = sa.text("SELECT text FROM pagetext WHERE version_id = :version ORDER BY number")
_FORGET = sa.text("DELETE FROM search_row WHERE version_id = :version")


def upgrade() -> None:
    op.add_column("search_row", sa.Column("first_page", sa.Integer(), server_default="1", nullable=False))
    op.add_column("search_row", sa.Column("recommendations", sa.Integer(), server_default="0", nullable=False))
    some = sa.text("recommendations > 0")
    op.create_index(
        "ix_search_row_recommendations", "search_row", ["publication_id"], sqlite_where=some, postgresql_where=some
    )
    if op.get_bind().dialect.name == "sqlite":
        # so much is gathered in memory before it is written: filling the index takes three quarters of the time
        op.execute("INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 8388608)")
    _write_anew(op.get_bind())


def _write_anew(connection: sa.Connection) -> None:
    """Every version's words again, now with the ends of pages between them."""
    for publication, version, title, recommendations in connection.execute(_OLD).all():
        pages: Sequence[str] = connection.execute(_PAGES, {"version": version}).scalars().all()
        texts = [" ".join(words(page)) for page in (*pages[:1], *without_running_heads(pages)[1:])]
        rows = [
            {
                "publication_id": publication,
                "version_id": version,
                "part": part,
                "first_page": first_page,
                "recommendations": 0 if part else recommendations,
                "title": "" if part else title,
                "words": found,
            }
            for part, (first_page, found) in enumerate(parts(texts))
        ]
        connection.execute(_FORGET, {"version": version})
        connection.execute(_ROWS.insert(), rows)


def downgrade() -> None:
    op.drop_index("ix_search_row_recommendations", "search_row")
    op.drop_column("search_row", "recommendations")
    op.drop_column("search_row", "first_page")
