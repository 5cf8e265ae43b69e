"""scanned pages: pages of PDFs without text, which wait to be read by machine"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scannedpage",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_scannedpage_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_scannedpage")),
    )
    op.execute(
        "INSERT INTO scannedpage (version_id, number) SELECT version_id, number FROM pagetext "
        "JOIN version ON version.id = version_id WHERE trim(text) = '' AND media_type = 'application/pdf'"
    )


def downgrade() -> None:
    op.execute("UPDATE version SET text_state = 'no_text' WHERE text_state = 'by_machine'")
    op.drop_table("scannedpage")
