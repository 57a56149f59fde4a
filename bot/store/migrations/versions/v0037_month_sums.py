"""Sums by month beside those by day, so that years and all time are read from few rows."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_FIRST = date(1970, 1, 1)


def upgrade() -> None:
    auto_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "month_sum",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", auto_id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("touch_kind", sa.String(1), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gifts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_month_sum_campaign_id_campaign")),
        sa.PrimaryKeyConstraint(
            *("month", "campaign_id", "currency", "origin", "touch_kind", "monthly", "known", "amount"),
            name=op.f("pk_month_sum"),
        ),
        sqlite_with_rowid=False,
    )
    fill(op.get_bind())


def fill(conn: sa.Connection) -> None:
    """Fill the table, which is empty, from the sums by day, a month at a time."""
    first, last = conn.execute(sa.text("SELECT min(day), max(day) FROM daily_sum")).one()
    if first is None:
        return
    month = (_FIRST + timedelta(days=first)).replace(day=1)
    while (since := (month - _FIRST).days) <= last:
        month = (month + timedelta(days=31)).replace(day=1)
        conn.execute(sa.text(_FILL), {"since": since, "until": (month - _FIRST).days})


_FILL = """
    INSERT INTO month_sum (month, campaign_id, currency, origin, touch_kind, monthly, known, amount, gifts)
    SELECT CAST(:since AS INTEGER), campaign_id, currency, origin, touch_kind, monthly, known, amount, sum(gifts)
    FROM daily_sum WHERE day >= :since AND day < :until
    GROUP BY campaign_id, currency, origin, touch_kind, monthly, known, amount"""
