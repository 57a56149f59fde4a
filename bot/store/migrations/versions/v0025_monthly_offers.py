"""Note to whom a monthly gift was offered: until now to everyone with their third gift, and nothing was stored.

It is offered once to each donor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_GIFTS = 3  # after so many it was offered

_supporter = sa.table(
    "supporter",
    sa.column("id", sa.BigInteger),
    sa.column("gift_count", sa.BigInteger),
    sa.column("last_gift_at", sa.BigInteger),
)
_message = sa.table(
    "one_time_message",
    sa.column("supporter_id", sa.BigInteger),
    sa.column("about", sa.String),
    sa.column("at", sa.BigInteger),
)


def upgrade() -> None:
    offered = sa.select(_supporter.c.id, sa.literal("monthly_offer"), _supporter.c.last_gift_at).where(
        _supporter.c.gift_count >= _GIFTS, _supporter.c.last_gift_at.is_not(None)
    )
    op.execute(sa.insert(_message).from_select(["supporter_id", "about", "at"], offered))
