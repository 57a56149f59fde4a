"""Recipients of old broadcasts are summed up before their rows are deleted; closed links for one person are deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recipient_sum",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_recipient_sum_broadcast_id_broadcast")
        ),
        sa.PrimaryKeyConstraint(
            *("broadcast_id", "locale", "platform", "part", "state", "asks"), name=op.f("pk_recipient_sum")
        ),
    )
    op.add_column("broadcast", sa.Column("summed_to", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("broadcast", sa.Column("summed_at", sa.BigInteger()))
    over = sa.text("NOT active")
    op.create_index("ix_own_link_over", "own_link", ["made_at"], sqlite_where=over, postgresql_where=over)
