"""Discord: who installed the bot, whom it wrote to first, and what is parked because no more may be written to."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("installed_at", sa.BigInteger()))
    op.add_column("address", sa.Column("dm_at", sa.BigInteger()))
    opened = sa.text("dm_at IS NOT NULL")
    op.create_index("ix_address_dm_at", "address", ["dm_at"], sqlite_where=opened, postgresql_where=opened)
    parked = sa.text("state = 'parked'")
    op.create_index("ix_delivery_parked", "delivery", ["error"], sqlite_where=parked, postgresql_where=parked)
