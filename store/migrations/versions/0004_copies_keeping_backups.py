"""copies of what is suspected, how long things are kept, which backups there are"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import store.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode, which would copy the table
    op.add_column("withdrawal", sa.Column("follows_id", sa.Integer(), nullable=True))
    op.create_table(
        "keeping_time",
        sa.Column("sort", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("sort", name=op.f("pk_keeping_time")),
    )
    op.create_table(
        "chore",
        sa.Column("due_at", store.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("claimed_until", store.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
    )
    op.create_index(op.f("ix_chore_due_at"), "chore", ["due_at"])
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", store.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", store.database.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
    )


def downgrade() -> None:
    op.drop_table("backup")
    op.drop_table("chore")
    op.drop_table("keeping_time")
    op.drop_column("withdrawal", "follows_id")
