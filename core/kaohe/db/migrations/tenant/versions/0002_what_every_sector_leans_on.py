"""What every sector leans on"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amount_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("origin_id", sa.BigInteger(), nullable=True))
        batch_op.alter_column("recorded_by", existing_type=sa.BIGINT(), nullable=True)
        batch_op.drop_index(batch_op.f("ix_entries_period_id_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_entries_period_id_unit_id_recorded_at"))
        batch_op.create_index(
            "ix_entries_origin_id",
            ["tenant_id", "origin_id"],
            unique=False,
            sqlite_where=sa.text("origin_id IS NOT NULL"),
            postgresql_where=sa.text("origin_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_entries_period_id_recorded_at_id",
            ["tenant_id", "period_id", "recorded_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )
        batch_op.create_index(
            "ix_entries_period_id_unit_id_recorded_at_id",
            ["tenant_id", "period_id", "unit_id", "recorded_at", "id"],
            unique=False,
            sqlite_where=None,
            postgresql_where=None,
        )

    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.alter_column("by", existing_type=sa.BIGINT(), nullable=True)
