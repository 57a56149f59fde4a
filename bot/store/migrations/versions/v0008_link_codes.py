"""Both accounts confirm before they are joined: a code knows which account was given it and which one typed it.

Codes that were given before have neither and are good no more; they live for minutes. A case may be about two joined
accounts, and has no gift then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("link_code") as batch:
        batch.add_column(sa.Column("id", sa.BigInteger()))
        batch.add_column(sa.Column("address_id", _AUTO_ID))
        batch.add_column(sa.Column("typed_by", _AUTO_ID))
        batch.add_column(sa.Column("agreed_at", sa.BigInteger()))
        batch.create_unique_constraint(op.f("uq_link_code_id"), ["id"])
        batch.create_foreign_key(op.f("fk_link_code_address_id_address"), "address", ["address_id"], ["id"])
        batch.create_foreign_key(op.f("fk_link_code_typed_by_address"), "address", ["typed_by"], ["id"])
    with op.batch_alter_table("error_case") as batch:
        batch.alter_column("gift_id", existing_type=sa.BigInteger(), nullable=True)
