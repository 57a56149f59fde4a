"""The topic of a Telegram group in which staff connected a place."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("thread_id", sa.String(64)))
