"""age bands and agencies are kept, so that they can be searched for; the worker fills them in for what is held"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lesson", sa.Column("agencies", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.create_table(
        "traits",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("ages", sa.JSON(), nullable=False),
        sa.Column("age_version_id", sa.Integer(), nullable=True),
        sa.Column("age_page", sa.Integer(), nullable=True),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("rules", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_traits_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(["age_version_id"], ["version.id"], name=op.f("fk_traits_age_version_id_version")),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_traits")),
    )


def downgrade() -> None:
    op.drop_table("traits")
    op.drop_column("lesson", "agencies")
