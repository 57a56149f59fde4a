"""Tables of saved cards."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.columns import Utc, metadata

_GONE = text("removed_at IS NOT NULL AND gone_at IS NULL")
_UNCLAIMED = text("claimed_at IS NULL AND removed_at IS NULL")
_OVER = text("gone_at IS NOT NULL")
_KEPT = text("claimed_at IS NOT NULL AND removed_at IS NULL")

saved_card = Table(  # from the request of a page that saves one
    "saved_card",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("asked_by", ForeignKey("supporter.id"), index=True),  # who asked for the page, which may be passed on
    Column("supporter_id", ForeignKey("supporter.id"), index=True),  # who claimed it; null until then, or forgotten
    Column("code_hash", String(64), unique=True),  # of the code that the page leads back with
    Column("customer", String(64), unique=True),  # at Stripe; one for each request
    Column("session", String(128), unique=True),  # the page, at Stripe
    Column("payment_method", String(64), unique=True),  # the card, at Stripe
    Column("payer", String(64)),  # keyed hash of the card's fingerprint
    Column("brand", String(32)),
    Column("last4", String(4)),
    Column("exp_month", Integer),
    Column("exp_year", Integer),
    Column("asked_at", Utc, nullable=False),
    Column("claimed_at", Utc),
    Column("used_at", Utc),
    Column("removed_at", Utc),  # from then on nothing is charged
    Column("removed_why", String(16)),
    Column("gone_at", Utc),  # removed at Stripe too
    Index("ix_saved_card_gone", "removed_at", sqlite_where=_GONE, postgresql_where=_GONE),
    Index("ix_saved_card_over", "gone_at", sqlite_where=_OVER, postgresql_where=_OVER),
    Index("ix_saved_card_unclaimed", "asked_at", sqlite_where=_UNCLAIMED, postgresql_where=_UNCLAIMED),
    Index("ix_saved_card_kept", "claimed_at", sqlite_where=_KEPT, postgresql_where=_KEPT),
)
card_terms = Table(  # what Stripe's page said when a card was saved
    "card_terms",
    metadata,
    Column("card_id", ForeignKey("saved_card.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("terms", Text, nullable=False),
    Column("shown_at", Utc, nullable=False),  # when the page was created
    Column("agreed_at", Utc),  # when the card was claimed, after it was saved below these words
)
