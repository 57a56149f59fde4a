"""The log of one-time messages is called what it is: `looked_back` becomes `one_time_message`."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(  # and filled, since SQLite cannot rename constraints
        "one_time_message",
        sa.Column("supporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_one_time_message_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("supporter_id", "about", name=op.f("pk_one_time_message")),
    )
    op.execute("INSERT INTO one_time_message (supporter_id, about, at) SELECT supporter_id, about, at FROM looked_back")
    op.drop_table("looked_back")
