"""Tables of figures, kept in the transaction of each gift, and of the documents that were issued with figures.

All figures follow from the gifts: `obole ledger verify` recounts. Rows that come to zero are deleted, so each table has
exactly the rows that a recount gives.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bot.domain.periods import Span
from bot.store.columns import AutoId, Day, Minor, Utc, metadata

SUM_SPANS = (Span.DAY, Span.MONTH, Span.YEAR)  # for which gifts are added up
OFFLINE = "origin <> 'stripe' AND span = 'y'"
# Counted gifts by the amount that each counts, so that sums, averages and medians follow; for every day, and the same
# for every month and year, so that long periods are read from few rows.
gift_sum = Table(
    "gift_sum",
    metadata,
    Column("span", String(1), primary_key=True),  # bot.domain.periods.Span
    Column("start", Day, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("origin", String(8), primary_key=True),  # payments.ledger.Origin
    Column("touch_kind", String(1), primary_key=True),
    Column("monthly", Boolean, primary_key=True),
    Column("known", Boolean, primary_key=True),  # has a supporter
    Column("amount", Minor, primary_key=True, autoincrement=False),
    Column("gifts", Integer, nullable=False),
    Index("ix_gift_sum_offline", "campaign_id", sqlite_where=text(OFFLINE), postgresql_where=text(OFFLINE)),
    sqlite_with_rowid=False,  # the primary key has nearly all columns
)
# Distinct donors of each calendar period and all time, which cannot be added up from shorter ones.
donor_count = Table(
    "donor_count",
    metadata,
    Column("span", String(1), primary_key=True),
    Column("start", Day, primary_key=True, autoincrement=False),
    Column("donors", Integer, nullable=False),
    Column("new", Integer, nullable=False),  # of them, who gave for the first time; these can be added up
    Column("again", Integer, nullable=False),  # of the new ones, who gave again on a later day within 90 days
)
# What was issued stays as it was: its words in each language, from which it is drawn again.
document = Table(
    "document",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("kind", String(16), nullable=False),  # board, statement
    Column("since", Day),  # the days it covers; null: without bound
    Column("until", Day),
    Column("as_of", Utc, nullable=False),  # when its figures were read
    Column("sheets", JSON, nullable=False),  # content.sheet.Sheet by language
    Column("made_by", ForeignKey("staff.id")),  # null: from the terminal, or automatic
    Index("ix_document_kind", "kind", "id"),
)
