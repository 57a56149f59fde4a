"""One-time links to the page with a person's own data."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "my_data_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("supporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_my_data_link")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_my_data_link_supporter_id_supporter")
        ),
    )
    op.create_index(op.f("ix_my_data_link_supporter_id"), "my_data_link", ["supporter_id"])
