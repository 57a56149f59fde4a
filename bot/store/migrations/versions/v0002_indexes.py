"""Indexes for what is looked up by a column that none began with."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_recipient_supporter_id", "recipient", ["supporter_id"])
    op.create_index("ix_supporter_merged_into", "supporter", ["merged_into"])
    op.create_index("ix_gift_campaign_id", "gift", ["campaign_id"])
