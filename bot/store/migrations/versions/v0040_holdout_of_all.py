"""Keep the holdout of everyone where comparisons are under way: 5% of supporters, beside each policy's own.

New installations hold out a tenth in all. Where people were drawn already, the odds must not change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_OF_ALL = 0.05

_decision = sa.table("decision", sa.column("due_at", sa.BigInteger))
_switch = sa.table(
    "switch",
    sa.column("name", sa.String),
    sa.column("on", sa.Boolean),
    sa.column("value", sa.JSON),
    sa.column("at", sa.BigInteger),
)


def upgrade() -> None:
    conn = op.get_bind()
    began = conn.execute(sa.select(sa.func.min(_decision.c.due_at))).scalar_one()
    if began is not None:
        conn.execute(sa.insert(_switch).values(name="held_out_of_all", on=True, value=_OF_ALL, at=began))
