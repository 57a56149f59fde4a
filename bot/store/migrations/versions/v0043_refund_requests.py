"""Let requests to a second owner from before they expired expire as well, so that staff are notified.

Since then such a request has a time in `try_at`, by which a job finds it. Earlier ones have none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_WEEK = 7 * 24 * 3600 * 1_000_000  # in microseconds

_order = sa.table(
    "refund_order",
    sa.column("id", sa.BigInteger),
    sa.column("made_at", sa.BigInteger),
    sa.column("confirmed_at", sa.BigInteger),
    sa.column("try_at", sa.BigInteger),
    sa.column("refused", sa.Text),
)
_notice = sa.table("notice", sa.column("key", sa.String))


def upgrade() -> None:
    key = sa.literal("refund_second:") + sa.cast(_order.c.id, sa.String)
    asked = sa.select(_notice.c.key).where(_notice.c.key == key)
    waits = _order.c.confirmed_at.is_(None) & _order.c.try_at.is_(None) & _order.c.refused.is_(None)
    op.execute(sa.update(_order).where(waits, asked.exists()).values(try_at=_order.c.made_at + _WEEK))
