"""A gift's day is stored, and with it the figures that follow: sums by day, donors by period, new donors.

The day of earlier gifts is that of the zone set now. Each statement aggregates inside the database, so memory stays
flat whatever the number of gifts.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import context, op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_FIRST = date(1970, 1, 1)
_DAY = timedelta(days=1)


def upgrade() -> None:
    op.add_column("gift", sa.Column("day", sa.Integer()))
    conn = op.get_bind()
    set_days(conn, context.config.attributes["zone"])
    of_donors, offline = sa.text("counted > 0 AND supporter_id IS NOT NULL"), sa.text("origin <> 'stripe'")
    _index("ix_gift_giving_day", "gift", ["day", "campaign_id", "supporter_id"], of_donors)
    op.drop_index("ix_gift_supporter_id", "gift")
    _index("ix_gift_supporter_id", "gift", ["supporter_id", "paid_at", "campaign_id", "counted", "day"], None)
    _create()
    _index("ix_daily_sum_offline", "daily_sum", ["campaign_id"], offline)
    fill(conn)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause | None) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _create() -> None:
    auto_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "daily_sum",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", auto_id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("touch_kind", sa.String(1), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gifts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_daily_sum_campaign_id_campaign")),
        sa.PrimaryKeyConstraint(
            *("day", "campaign_id", "currency", "origin", "touch_kind", "monthly", "known", "amount"),
            name=op.f("pk_daily_sum"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "donor_count",
        sa.Column("span", sa.String(1), nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("donors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("span", "start", name=op.f("pk_donor_count")),
    )
    op.create_table(
        "first_gift_day",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("donors", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_first_gift_day")),
    )


def set_days(conn: sa.Connection, zone: str) -> None:
    """Set the day of every paid gift."""
    first, last = conn.execute(sa.text("SELECT min(paid_at), max(paid_at) FROM gift")).one()
    if first is not None:
        _make_calendar(conn, zone, first, last)
        conn.execute(sa.text(_SET_DAYS))
        conn.execute(sa.text("DROP TABLE calendar"))


def fill(conn: sa.Connection) -> None:
    """Fill the tables, which are empty, from the gifts."""
    first, last = conn.execute(sa.text("SELECT min(paid_at), max(paid_at) FROM gift")).one()
    if first is not None:
        _make_calendar(conn, "UTC", first, last)  # whose days have the same weeks and months everywhere
        if conn.dialect.name == "postgresql":  # it still takes every day for unknown, and would join row by row
            conn.execute(sa.text("ANALYZE gift, calendar"))
        for statement in _FILL:
            conn.execute(sa.text(statement))
        conn.execute(sa.text("DROP TABLE calendar"))


def _make_calendar(conn: sa.Connection, zone: str, first: int, last: int) -> None:
    """Make a table of days with the microsecond at which each begins in the zone, and its week, month and year."""
    conn.execute(
        sa.text(
            "CREATE TEMPORARY TABLE calendar"
            " (begins BIGINT PRIMARY KEY, day INTEGER, week INTEGER, month INTEGER, year INTEGER, whole INTEGER)"
        )
    )
    day = datetime.fromtimestamp(first / 1_000_000, ZoneInfo("UTC")).date() - _DAY
    end = datetime.fromtimestamp(last / 1_000_000, ZoneInfo("UTC")).date() + 2 * _DAY
    rows = []
    while day < end:
        begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        starts = {"week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}
        starts |= {"day": day, "year": day.replace(month=1, day=1), "whole": _FIRST}
        numbers = {name: (start - _FIRST).days for name, start in starts.items()}
        rows.append({"begins": int(begins.timestamp()) * 1_000_000, **numbers})
        day += _DAY
    conn.execute(sa.text("INSERT INTO calendar VALUES (:begins, :day, :week, :month, :year, :whole)"), rows)


_SET_DAYS = """
    UPDATE gift SET day = (
        SELECT calendar.day FROM calendar WHERE calendar.begins <= gift.paid_at ORDER BY calendar.begins DESC LIMIT 1)
    WHERE paid_at IS NOT NULL"""
_DONORS = """
    INSERT INTO donor_count (span, start, donors)
    SELECT '{span}', calendar.{start}, count(DISTINCT gift.supporter_id)
    FROM gift JOIN calendar ON calendar.day = gift.day
    WHERE counted > 0 AND supporter_id IS NOT NULL GROUP BY calendar.{start}"""
_FILL = (
    """
    INSERT INTO daily_sum (day, campaign_id, currency, origin, touch_kind, monthly, known, amount, gifts)
    SELECT day, campaign_id, currency, origin, touch_kind, pledge IS NOT NULL, supporter_id IS NOT NULL, counted,
           count(*)
    FROM gift WHERE counted > 0
    GROUP BY day, campaign_id, currency, origin, touch_kind, pledge IS NOT NULL, supporter_id IS NOT NULL, counted""",
    *(_DONORS.format(span=start[0], start=start) for start in ("week", "month", "year")),
    _DONORS.format(span="a", start="whole"),
    """
    INSERT INTO first_gift_day (day, donors, again)
    SELECT first, count(*), sum(CASE WHEN second <= first + 90 THEN 1 ELSE 0 END)
    FROM (SELECT donor.first, (SELECT min(later.day) FROM gift later
                               WHERE later.supporter_id = donor.supporter_id AND later.counted > 0
                                     AND later.day > donor.first) AS second
          FROM (SELECT supporter_id, min(day) AS first FROM gift
                WHERE counted > 0 AND supporter_id IS NOT NULL GROUP BY supporter_id) donor) donors
    GROUP BY first""",
)
