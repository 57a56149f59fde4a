"""Proofs of payment: what a payer has shown to be theirs, and links made for one person.

Monthly gifts that are there already were bound to their supporter by the link alone: they are marked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gift", sa.Column("payer", sa.String(64)))
    for column in (
        sa.Column("session", sa.String(255)),
        sa.Column("payer", sa.String(64)),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("legacy", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    ):
        op.add_column("pledge", column)
    op.execute("UPDATE pledge SET legacy = true")
    op.create_index("ix_pledge_session", "pledge", ["session"], unique=True)
    _partial("ix_pledge_legacy", "pledge", ["supporter_id", "subscription"], "legacy")
    op.create_table(
        "payer_proof",
        sa.Column("supporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payer", sa.String(64), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_payer_proof_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", "payer", name=op.f("pk_payer_proof")),
    )
    _own_link()


def _own_link() -> None:
    auto_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "own_link",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supporter_id", auto_id),
        sa.Column("campaign_id", auto_id, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("stripe_id", sa.String(64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("gift_id", sa.BigInteger()),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_own_link_supporter_id_supporter")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_own_link_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_own_link_gift_id_gift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_link")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_own_link_code_hash")),
    )
    op.create_index("ix_own_link_supporter_id", "own_link", ["supporter_id"])
    _partial("ix_own_link_made_at", "own_link", ["made_at"], "active")


def _partial(name: str, table: str, columns: list[str], only: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(only), postgresql_where=sa.text(only))
