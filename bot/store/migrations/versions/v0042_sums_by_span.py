"""One table of sums by day, month and year, and one of donors with new ones, in place of four.

A set of gifts then changes two tables, and a year is read from its own rows. Both are filled from the gifts, each
statement inside the database, so memory stays flat whatever their number.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_FIRST = date(1970, 1, 1)


def upgrade() -> None:
    for name in ("daily_sum", "month_sum", "donor_count", "first_gift_day"):
        op.drop_table(name)
    auto_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "gift_sum",
        sa.Column("span", sa.String(1), nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", auto_id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("touch_kind", sa.String(1), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gifts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_gift_sum_campaign_id_campaign")),
        sa.PrimaryKeyConstraint(
            *("span", "start", "campaign_id", "currency", "origin", "touch_kind", "monthly", "known", "amount"),
            name=op.f("pk_gift_sum"),
        ),
        sqlite_with_rowid=False,
    )
    offline = sa.text("origin <> 'stripe' AND span = 'y'")
    columns = ["campaign_id"]
    op.create_index("ix_gift_sum_offline", "gift_sum", columns, sqlite_where=offline, postgresql_where=offline)
    op.create_table(
        "donor_count",
        sa.Column("span", sa.String(1), nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("donors", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("span", "start", name=op.f("pk_donor_count")),
    )
    fill(op.get_bind())


def fill(conn: sa.Connection) -> None:
    """Fill the tables, which are empty, from the gifts."""
    first, last = conn.execute(sa.text("SELECT min(day), max(day) FROM gift")).one()
    if first is None:
        return
    conn.execute(sa.text(_CALENDAR))
    day, rows = _FIRST + timedelta(days=first), []
    while (number := (day - _FIRST).days) <= last:
        starts = {"week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}
        starts |= {"year": day.replace(month=1, day=1), "whole": _FIRST}
        rows.append({"day": number, **{name: (start - _FIRST).days for name, start in starts.items()}})
        day += timedelta(days=1)
    conn.execute(sa.text("INSERT INTO calendar VALUES (:day, :week, :month, :year, :whole)"), rows)
    if conn.dialect.name == "postgresql":  # it still takes every day for unknown, and would join row by row
        conn.execute(sa.text("ANALYZE gift, calendar"))
    for statement in _FILL:
        conn.execute(sa.text(statement))
    for name in ("first_gift", "calendar"):
        conn.execute(sa.text(f"DROP TABLE {name}"))


_CALENDAR = """
    CREATE TEMPORARY TABLE calendar
    (day INTEGER PRIMARY KEY, week INTEGER, month INTEGER, year INTEGER, whole INTEGER)"""
_DAYS = """
    INSERT INTO gift_sum (span, start, campaign_id, currency, origin, touch_kind, monthly, known, amount, gifts)
    SELECT 'd', day, campaign_id, currency, origin, touch_kind, pledge IS NOT NULL, supporter_id IS NOT NULL, counted,
           count(*)
    FROM gift WHERE counted > 0
    GROUP BY day, campaign_id, currency, origin, touch_kind, pledge IS NOT NULL, supporter_id IS NOT NULL, counted"""
_SUMS = """
    INSERT INTO gift_sum (span, start, campaign_id, currency, origin, touch_kind, monthly, known, amount, gifts)
    SELECT '{span}', calendar.{start}, campaign_id, currency, origin, touch_kind, monthly, known, amount, sum(gifts)
    FROM gift_sum JOIN calendar ON calendar.day = gift_sum.start WHERE span = 'd'
    GROUP BY calendar.{start}, campaign_id, currency, origin, touch_kind, monthly, known, amount"""
_FIRST_GIFTS = """
    CREATE TEMPORARY TABLE first_gift AS
    SELECT first AS day, count(*) AS donors, sum(CASE WHEN second <= first + 90 THEN 1 ELSE 0 END) AS again
    FROM (SELECT donor.first, (SELECT min(later.day) FROM gift later
                               WHERE later.supporter_id = donor.supporter_id AND later.counted > 0
                                     AND later.day > donor.first) AS second
          FROM (SELECT supporter_id, min(day) AS first FROM gift
                WHERE counted > 0 AND supporter_id IS NOT NULL GROUP BY supporter_id) donor) donors
    GROUP BY first"""
_DONORS = """
    INSERT INTO donor_count (span, start, donors, new, again)
    SELECT '{span}', given.start, given.donors, coalesce(first.donors, 0), coalesce(first.again, 0)
    FROM (SELECT calendar.{start} AS start, count(DISTINCT gift.supporter_id) AS donors
          FROM gift JOIN calendar ON calendar.day = gift.day
          WHERE counted > 0 AND supporter_id IS NOT NULL GROUP BY calendar.{start}) given
    LEFT JOIN (SELECT calendar.{start} AS start, sum(donors) AS donors, sum(again) AS again
               FROM first_gift JOIN calendar ON calendar.day = first_gift.day GROUP BY calendar.{start}) first
    ON first.start = given.start"""
_FILL = (
    _DAYS,
    *(_SUMS.format(span=start[0], start=start) for start in ("month", "year")),
    _FIRST_GIFTS,
    *(_DONORS.format(span=start[0], start=start) for start in ("day", "week", "month", "year")),
    _DONORS.format(span="a", start="whole"),
)
