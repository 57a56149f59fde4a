"""The finance right, beside the roles. Editors could add gifts and read payouts until now, and keep that."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("staff", "staff_role"):
        op.add_column(table, sa.Column("finance", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE staff SET finance = true WHERE role = 'editor' AND removed_at IS NULL")
    op.execute("UPDATE staff_role SET finance = true WHERE role = 'editor'")
