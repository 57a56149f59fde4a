"""The messages in which staff wrote their replies, since they may edit them later."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply_origin",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat_id", "message_id", name=op.f("pk_reply_origin")),
    )
    op.create_index("ix_reply_origin_at", "reply_origin", ["at"])
