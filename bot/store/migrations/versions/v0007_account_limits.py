"""Limits are counted by keyed hashes of accounts, which outlive `/forget`; counts of wrong codes move there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_act",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("account", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_act")),
    )
    op.create_index("ix_account_act_account", "account_act", ["account", "kind", "at"])
    op.create_index("ix_account_act_kind", "account_act", ["kind", "at"])
    op.create_table(
        "account_bar",
        sa.Column("account", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "kind", name=op.f("pk_account_bar")),
    )
    op.create_index(op.f("ix_account_bar_at"), "account_bar", ["at"])
    op.drop_table("staff_guess")
    op.drop_table("link_guess")
