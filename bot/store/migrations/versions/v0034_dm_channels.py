"""Keep the channel of each conversation on Discord, so that a restart does not open it again."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("dm_channel", sa.String(64)))
