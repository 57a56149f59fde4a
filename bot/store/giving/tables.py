"""Tables of payment links: shared ones, those made for one person, and what a payment proved."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    text,
)

from bot.store.columns import Minor, Utc, metadata

payment_link = Table(
    "payment_link",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("minor", Minor, nullable=False),  # 0: the donor types the amount on Stripe's page
    Column("currency", String(3), nullable=False),
    Column("params_hash", String(64), nullable=False),
    Column("stripe_id", String(64), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("suggested", Boolean, nullable=False),  # made when the campaign was published
    Column("monthly", Boolean, nullable=False, server_default=text("false")),
    Column("locale", String(2)),  # of its page; null: in both languages, from before there was one for each
    Column("created_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Index("ix_payment_link_closed_at", "closed_at"),
    Index("ix_payment_link_warm", "campaign_id", "minor", "currency"),
)
payer_proof = Table(  # cards and customers that supporters have proved to be theirs
    "payer_proof",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("payer", String(64), primary_key=True),
    Column("proved_at", Utc, nullable=False),
)
own_link = Table(  # payment links for one person and one payment
    "own_link",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("supporter_id", ForeignKey("supporter.id"), index=True),  # who requested it; null once forgotten
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("minor", Minor, nullable=False),
    Column("monthly", Boolean, nullable=False),
    Column("code_hash", String(64), unique=True),  # of the code that its page shows to the payer
    Column("stripe_id", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("gift_id", ForeignKey("gift.id")),  # the first payment through it
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Index("ix_own_link_over", "made_at", sqlite_where=text("NOT active"), postgresql_where=text("NOT active")),
    Index("ix_own_link_made_at", "made_at", sqlite_where=text("active"), postgresql_where=text("active")),
)
