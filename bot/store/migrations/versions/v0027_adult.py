"""Store whether supporters say that they are 18 or over, and when they said so."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("supporter", sa.Column("adult", sa.Boolean()))
    op.add_column("supporter", sa.Column("adult_at", sa.BigInteger()))
