"""Messages that are late and wait until staff send or drop them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    held = sa.text("state = 'held'")
    op.create_index("ix_delivery_held", "delivery", ["id"], sqlite_where=held, postgresql_where=held)
