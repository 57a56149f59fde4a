"""Cards that donors save at Stripe, and what they agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_GONE = sa.text("removed_at IS NOT NULL AND gone_at IS NULL")
_UNCLAIMED = sa.text("claimed_at IS NULL AND removed_at IS NULL")
_OVER = sa.text("gone_at IS NOT NULL")
_KEPT = sa.text("claimed_at IS NOT NULL AND removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "saved_card",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("customer", sa.String(64), nullable=True),
        sa.Column("session", sa.String(128), nullable=True),
        sa.Column("payment_method", sa.String(64), nullable=True),
        sa.Column("payer", sa.String(64), nullable=True),
        sa.Column("brand", sa.String(32), nullable=True),
        sa.Column("last4", sa.String(4), nullable=True),
        sa.Column("exp_month", sa.Integer(), nullable=True),
        sa.Column("exp_year", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_why", sa.String(16), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_card")),
        sa.ForeignKeyConstraint(["asked_by"], ["supporter.id"], name=op.f("fk_saved_card_asked_by_supporter")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_saved_card_supporter_id_supporter")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_saved_card_code_hash")),
        sa.UniqueConstraint("customer", name=op.f("uq_saved_card_customer")),
        sa.UniqueConstraint("session", name=op.f("uq_saved_card_session")),
        sa.UniqueConstraint("payment_method", name=op.f("uq_saved_card_payment_method")),
    )
    op.create_index(op.f("ix_saved_card_asked_by"), "saved_card", ["asked_by"])
    op.create_index(op.f("ix_saved_card_supporter_id"), "saved_card", ["supporter_id"])
    op.create_index("ix_saved_card_gone", "saved_card", ["removed_at"], sqlite_where=_GONE, postgresql_where=_GONE)
    op.create_index("ix_saved_card_over", "saved_card", ["gone_at"], sqlite_where=_OVER, postgresql_where=_OVER)
    op.create_index(
        "ix_saved_card_unclaimed", "saved_card", ["asked_at"], sqlite_where=_UNCLAIMED, postgresql_where=_UNCLAIMED
    )
    op.create_index("ix_saved_card_kept", "saved_card", ["claimed_at"], sqlite_where=_KEPT, postgresql_where=_KEPT)
    op.create_table(
        "card_terms",
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("card_id", name=op.f("pk_card_terms")),
        sa.ForeignKeyConstraint(["card_id"], ["saved_card.id"], name=op.f("fk_card_terms_card_id_saved_card")),
    )
