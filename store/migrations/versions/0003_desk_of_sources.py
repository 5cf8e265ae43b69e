"""what the desk for sources keeps: pages of incidents, answers, quiet readings"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import store.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incidentpage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("saved_at", store.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incidentpage_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidentpage")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_incidentpage_incident_id")),
    )
    op.create_table(
        "recallanswer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", store.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_recallanswer_entry_id_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recallanswer")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_recallanswer_entry_id")),
    )
    # not in batch mode, which would copy the tables: other rows point to them
    op.add_column("source", sa.Column("quiet_next", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("source", sa.Column("changed_at", store.database.UTCDateTime(timezone=True), nullable=True))
    op.add_column("entry", sa.Column("left_out", sa.Boolean(), server_default=sa.false(), nullable=False))
    _nobody_is_told_of_the_past()


def _nobody_is_told_of_the_past() -> None:
    """From now on administrators hear of an incident's end too, but not of those that ended long ago."""
    op.execute(
        "INSERT INTO notice (kind, target, told_at)"
        " SELECT 'resolved', id, resolved_at FROM incident WHERE resolved_at IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE kind = 'resolved'")
    op.drop_column("entry", "left_out")
    op.drop_column("source", "changed_at")
    op.drop_column("source", "quiet_next")
    op.drop_table("recallanswer")
    op.drop_table("incidentpage")
