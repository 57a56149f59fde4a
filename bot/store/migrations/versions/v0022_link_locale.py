"""The language of a payment link's page; the links of earlier versions have both."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_link", sa.Column("locale", sa.String(2)))
