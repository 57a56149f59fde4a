"""What somebody last saw of gifts in their circle is kept, so that it changes at most once a day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "circle_shown",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_circle_shown_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_circle_shown")),
    )
