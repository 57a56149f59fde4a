"""Gifts of forgotten supporters are marked, and keep only what refunds and disputes need."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gift", sa.Column("forgotten", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute(
        "UPDATE gift SET forgotten = true, receipt_url = NULL, payer = NULL, session = NULL,"
        " charge = CASE WHEN payment_intent IS NULL THEN charge END,"
        " balance_transaction = CASE WHEN fee IS NULL THEN balance_transaction END"
        " WHERE supporter_id IN (SELECT id FROM supporter WHERE erased_at IS NOT NULL)"
    )
