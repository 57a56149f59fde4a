"""Tables of monthly gifts."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    text,
)

from bot.store.columns import Minor, Utc, metadata

pledge = Table(
    "pledge",
    metadata,
    Column("subscription", String(255), primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id")),
    Column("supporter_id", ForeignKey("supporter.id")),
    Column("status", String(24), nullable=False),
    Column("said_at", Utc),  # when Stripe reported this status
    Column("minor", Minor),  # amount of each renewal, once known
    Column("changed_at", Utc, nullable=False),
    Column("session", String(255)),  # the payment page on which it began
    Column("payer", String(64)),  # keyed hash of Stripe's customer; erased with its supporter
    Column("claimed_at", Utc),  # when its payer proved that it is theirs
    Column("legacy", Boolean, nullable=False, server_default=text("false")),  # attributed before proofs existed
    Column("renews_at", Utc),  # when the paid period ends, as Stripe last reported
    Column("ends_at", Utc),  # when it ends for good, if that is planned
    Index("ix_pledge_supporter_id", "supporter_id"),
    Index("ix_pledge_campaign_id", "campaign_id"),
    Index("ix_pledge_session", "session", unique=True),
    Index("ix_pledge_legacy", "supporter_id", "subscription", sqlite_where=text("legacy"),
          postgresql_where=text("legacy")),
)  # fmt: skip
