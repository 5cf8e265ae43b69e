"""leavers: mail addresses that have left one subscription of their channel"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import store.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaver",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("left_at", store.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_leaver_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "address", name=op.f("pk_leaver")),
    )


def downgrade() -> None:
    op.drop_table("leaver")
