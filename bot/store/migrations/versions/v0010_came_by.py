"""By which door each of Stripe's events came in first. Of earlier ones that is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stripe_event", sa.Column("came_by", sa.String(8)))
