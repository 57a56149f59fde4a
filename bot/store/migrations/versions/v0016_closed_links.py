"""When a shared payment link was closed: pages opened from it can be paid for another day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_link", sa.Column("closed_at", sa.BigInteger()))
    op.create_index("ix_payment_link_closed_at", "payment_link", ["closed_at"])
