"""Keep the holdout of comparisons under way: half of the supporters, which was the default until now.

Only policies that staff changed were stored. The others take their holdout from the defaults, which new comparisons
start with, but must not change the odds of one that has begun.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ON_BY_DEFAULT = ("second_gift", "last_day")  # the others were stored when staff turned them on
_HALF = 0.5

_decision = sa.table("decision", sa.column("policy", sa.String), sa.column("due_at", sa.BigInteger))
_policy = sa.table(
    "nudge_policy",
    sa.column("name", sa.String),
    sa.column("on", sa.Boolean),
    sa.column("numbers", sa.JSON),
    sa.column("texts", sa.JSON),
    sa.column("texts_at", sa.BigInteger),
    sa.column("held_out", sa.Float),
    sa.column("changed_at", sa.BigInteger),
)


def upgrade() -> None:
    conn = op.get_bind()
    began = (
        sa.select(_decision.c.policy, sa.func.min(_decision.c.due_at))
        .where(_decision.c.policy.in_(_ON_BY_DEFAULT))
        .where(_decision.c.policy.not_in(sa.select(_policy.c.name)))
        .group_by(_decision.c.policy)
    )
    for name, at in conn.execute(began).all():
        row = {"name": name, "on": True, "numbers": {}, "texts": [], "held_out": _HALF}
        conn.execute(sa.insert(_policy).values(**row, texts_at=at, changed_at=at))
