"""The links of one person for a campaign are found when it closes."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_own_link_campaign_id", "own_link", ["campaign_id"])
