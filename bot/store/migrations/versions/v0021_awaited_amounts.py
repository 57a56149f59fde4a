"""What the next amount that someone writes is for; when a monthly gift renews, and when it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("awaits", sa.String(80)))
    op.add_column("address", sa.Column("awaits_until", sa.BigInteger()))
    op.add_column("pledge", sa.Column("renews_at", sa.BigInteger()))
    op.add_column("pledge", sa.Column("ends_at", sa.BigInteger()))
