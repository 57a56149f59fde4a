"""Indexes for two jobs of every few minutes: fees that are not known yet, and whether anybody agreed to something."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WANTED = sa.text("fee IS NULL AND balance_transaction IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_preference_kind", "preference", ["kind", "accepted"])
    op.drop_index("ix_gift_fee_wanted", "gift")
    op.create_index("ix_gift_fee_wanted", "gift", ["id"], sqlite_where=_WANTED, postgresql_where=_WANTED)
