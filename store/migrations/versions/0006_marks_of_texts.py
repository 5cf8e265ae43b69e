"""marks of texts: a signature of another kind, which the worker makes anew for every text that is held"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "textmark",
        sa.Column("mark", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_textmark_version_id_version")),
        sa.PrimaryKeyConstraint("mark", "version_id", name=op.f("pk_textmark")),
        sqlite_with_rowid=False,
    )
    op.drop_table("textband")
    with op.batch_alter_table("textsignature", schema=None) as batch_op:
        batch_op.add_column(sa.Column("marks", sa.LargeBinary(), server_default=sa.text("''"), nullable=False))
        batch_op.create_index(batch_op.f("ix_textsignature_algorithm"), ["algorithm"], unique=False)
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_area_publisher_id"), ["area_publisher_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_area_publisher_id"))
    with op.batch_alter_table("textsignature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_textsignature_algorithm"))
        batch_op.drop_column("marks")
    op.create_table(
        "textband",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_textband_version_id_version")),
        sa.PrimaryKeyConstraint("band", "version_id", name=op.f("pk_textband")),
        sqlite_with_rowid=False,
    )
    op.drop_table("textmark")
