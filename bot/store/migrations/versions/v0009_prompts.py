"""Questions to staff are over after some minutes; those that were asked before have no end, and are over now."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("expects_until", sa.BigInteger()))
