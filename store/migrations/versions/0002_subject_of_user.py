"""who a user is at the organisation's own sign-in"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode, which would copy the table: other rows point to it
    text = sqlmodel.sql.sqltypes.AutoString()
    op.add_column("account", sa.Column("subject", text, nullable=False, server_default=""))
    op.create_index(op.f("ix_account_subject"), "account", ["subject"])


def downgrade() -> None:
    op.drop_index(op.f("ix_account_subject"), table_name="account")
    op.drop_column("account", "subject")
