"""The first tables."""

from alembic import op

from kaohe.db.schema import metadata_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata_of("platform").create_all(op.get_bind())
