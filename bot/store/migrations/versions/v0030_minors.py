"""Find the supporters who are under 18, whose monthly gifts end."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.text("adult IS NOT NULL")
    op.create_index("ix_supporter_adult", "supporter", ["adult"], sqlite_where=known, postgresql_where=known)
