"""Store how a gift came, and whether what came outside Stripe was deposited. All gifts came by Stripe so far."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gift", sa.Column("origin", sa.String(8), nullable=False, server_default="stripe"))
    op.add_column("gift", sa.Column("banked", sa.Boolean(), nullable=False, server_default=sa.text("false")))
