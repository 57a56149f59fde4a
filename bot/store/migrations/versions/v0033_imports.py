"""Store which gifts came from imported files, and how they are known again."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gift_import",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "imported_gift",
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(48)),
        sa.Column("receipted_by", sa.String(8), nullable=False),
        sa.Column("received_from", sa.String(60)),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"]),
        sa.ForeignKeyConstraint(["import_id"], ["gift_import.id"]),
        sa.PrimaryKeyConstraint("gift_id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_imported_gift_import_id", "imported_gift", ["import_id", "gift_id"])
