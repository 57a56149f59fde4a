"""Payouts and the movements of the Stripe balance; entries of the ledger that belong to no gift."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payout",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("instant", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("arrives_at", sa.BigInteger(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("reconciled", sa.Boolean(), nullable=False),
        sa.Column("itemised_at", sa.BigInteger()),
    )
    op.create_index("ix_payout_arrives_at", "payout", ["arrives_at", "id"])
    _partial_index("ix_payout_to_itemise", "payout", ["created_at"], "reconciled AND itemised_at IS NULL")
    op.create_table(
        "movement",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("payout_id", sa.String(255), sa.ForeignKey("payout.id", name="fk_movement_payout_id_payout")),
        sa.Column("gift_id", sa.BigInteger(), sa.ForeignKey("gift.id", name="fk_movement_gift_id_gift")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(255)),
        sa.Column("payment_intent", sa.String(255)),
        sa.Column("presented_currency", sa.String(3)),
        sa.Column("presented", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("available_at", sa.BigInteger(), nullable=False),
    )
    _partial_index("ix_movement_payout_id", "movement", ["payout_id", "id"], "payout_id IS NOT NULL")
    _partial_index("ix_movement_gift_id", "movement", ["gift_id"], "gift_id IS NOT NULL")
    unlinked = "gift_id IS NULL AND payment_intent IS NOT NULL"
    _partial_index("ix_movement_unlinked", "movement", ["payment_intent"], unlinked)
    with op.batch_alter_table("entry") as batch:
        batch.alter_column("gift_id", existing_type=sa.BigInteger(), nullable=True)
        batch.add_column(sa.Column("payout_id", sa.String(255)))
        batch.create_foreign_key(op.f("fk_entry_payout_id_payout"), "payout", ["payout_id"], ["id"])
    _partial_index("ix_entry_payout_id", "entry", ["payout_id"], "payout_id IS NOT NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
