"""Record which supporters have died, so that nothing is sent to them any more."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("supporter", sa.Column("deceased_at", sa.BigInteger()))
    died = sa.text("deceased_at IS NOT NULL")
    op.create_index("ix_supporter_deceased_at", "supporter", ["deceased_at"], sqlite_where=died, postgresql_where=died)
