"""Lists of entries in one order"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OLD = (("period_id", "recorded_at"), ("period_id", "unit_id", "recorded_at"))


def upgrade() -> None:
    with op.batch_alter_table("entries") as batch_op:
        for columns in _OLD:
            batch_op.drop_index(f"ix_entries_{'_'.join(columns)}")
            batch_op.create_index(
                f"ix_entries_{'_'.join((*columns, 'id'))}", ["tenant_id", *columns, "id"]
            )
