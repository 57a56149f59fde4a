"""Acts of accounts are forgotten by their time."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_account_act_at", "account_act", ["at"])
