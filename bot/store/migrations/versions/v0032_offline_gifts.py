"""Add the tables of gifts outside Stripe, and each campaign's total of them: none so far."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_UNDEPOSITED = sa.text("banked_on IS NULL AND taken_back_at IS NULL")


def upgrade() -> None:
    op.add_column("campaign", sa.Column("offline_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "deposit_slip",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_slip")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_deposit_slip_made_by_staff")),
    )
    people = ("entered_by", "approved_by", "taken_back_by")
    op.create_table(
        "offline_gift",
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Integer(), nullable=False),
        sa.Column("banked_on", sa.Integer()),
        sa.Column("slip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at", sa.BigInteger()),
        sa.Column("taken_back_why", sa.Text()),
        *(sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite")) for name in people),
        sa.PrimaryKeyConstraint("gift_id", name=op.f("pk_offline_gift")),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_offline_gift_gift_id_gift")),
        sa.ForeignKeyConstraint(["slip_id"], ["deposit_slip.id"], name=op.f("fk_offline_gift_slip_id_deposit_slip")),
        *(sa.ForeignKeyConstraint([name], ["staff.id"], name=op.f(f"fk_offline_gift_{name}_staff")) for name in people),
    )
    for name in ("batch", "received_on", "slip_id", "entered_at"):
        op.create_index(f"ix_offline_gift_{name}", "offline_gift", [name])
    op.create_index(
        "ix_offline_gift_undeposited",
        "offline_gift",
        ["gift_id"],
        sqlite_where=_UNDEPOSITED,
        postgresql_where=_UNDEPOSITED,
    )
