"""Questions about duplicate gifts that were put before their refund was written with them get that row now.

Without it their buttons would find nothing that the donor was asked about.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DELIVERY = sa.table(
    "delivery",
    sa.column("id", sa.BigInteger),
    sa.column("message", sa.String),
    sa.column("args", sa.JSON),
    sa.column("due_at", sa.BigInteger),
)
_GIFT = sa.table("gift", sa.column("id", sa.BigInteger), sa.column("amount", sa.BigInteger))
_ORDER = sa.table(
    "refund_order",
    sa.column("id", sa.BigInteger),
    sa.column("gift_id", sa.BigInteger),
    sa.column("minor", sa.BigInteger),
    sa.column("reason", sa.Text),
    sa.column("made_at", sa.BigInteger),
)


def upgrade() -> None:
    connection = op.get_bind()
    asked = connection.execute(sa.select(_DELIVERY).where(_DELIVERY.c.message == "double")).mappings().all()
    amounts = {
        number: connection.execute(sa.select(_GIFT.c.amount).where(_GIFT.c.id == number)).scalar_one_or_none()
        for number in {int(row["args"]["gift"]) for row in asked if (row["args"] or {}).get("gift")}
    }
    for row in asked:
        number = int((row["args"] or {}).get("gift") or 0)
        if amounts.get(number) is not None:
            order = {"id": row["id"], "gift_id": number, "minor": amounts[number], "made_at": row["due_at"]}
            connection.execute(sa.insert(_ORDER).values(reason="double", **order))
