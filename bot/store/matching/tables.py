"""Tables of matched gifts: a sponsor's pool, and what it adds to each gift."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Table,
)

from bot.store.columns import Minor, Utc, metadata

match_period = Table(  # a sponsor who doubles gifts, up to a pool and until a time
    "match_period",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("sponsor", JSON, nullable=False),  # the name in both languages: {"fr": ..., "en": ...}
    Column("pool_minor", Minor, nullable=False),
    Column("left_minor", Minor, nullable=False),  # changes in the gifts' transactions
    Column("starts_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("closed_at", Utc),
)
gift_match = Table(  # what a sponsor adds to a gift; pool = left + the sum of these
    "gift_match",
    metadata,
    Column("gift_id", ForeignKey("gift.id"), primary_key=True),
    Column("match_id", ForeignKey("match_period.id"), primary_key=True),
    Column("minor", Minor, nullable=False),
)
