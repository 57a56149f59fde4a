"""Tables of gifts: the registers, the ledger's entries and postings, the cases."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import AutoId, Day, Minor, Utc, metadata

# Queries repeat a partial index's condition literally: otherwise SQLite does not use it.
FEE_WANTED = "fee IS NULL AND balance_transaction IS NOT NULL"
OF_DONORS = "counted > 0 AND supporter_id IS NOT NULL"
BY_APPEAL = "touch_kind IN ('b', 'n', 'i')"
gift = Table(
    "gift",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("supporter_id", ForeignKey("supporter.id")),  # null: anonymous
    Column("touch_kind", String(1), nullable=False),
    Column("touch_id", BigInteger, nullable=False),
    Column("late", Boolean, nullable=False),  # came after the campaign had ended
    Column("state", String(16), nullable=False),  # payments.ledger.State, computed from the registers below
    Column("counted", Minor, nullable=False),
    Column("receipt_url", Text), Column("balance_transaction", String(255)),
    Column("claimed_at", Utc),  # when its payer proved it
    Column("disowned_at", Utc),
    Column("payer", String(64)),  # keyed hash of the card or customer; erased with its supporter
    # Its supporter was forgotten: details that identify them are no longer written (store/gifts/gifts.py).
    Column("forgotten", Boolean, nullable=False, server_default=text("false")),
    Column("day", Day),  # of paid_at in the charity's zone when first booked as paid: figures go by it
    # the registers, as payments.ledger.Gift has them
    Column("payment_intent", String(255), unique=True), Column("invoice", String(255), unique=True),
    Column("pledge", String(255), index=True),
    Column("session", String(255), unique=True), Column("charge", String(255), unique=True),
    Column("currency", String(3), nullable=False), Column("amount", Minor, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("paid_at", Utc),
    Column("refunds", JSON, nullable=False),
    Column("charge_refunded", Minor, nullable=False),
    Column("disputes", JSON, nullable=False),
    Column("fee", Minor), Column("fee_currency", String(3)),
    Column("origin", String(8), nullable=False, server_default="stripe"),  # payments.ledger.Origin
    Column("banked", Boolean, nullable=False, server_default=text("false")),
    # Covers the search for first gifts, so that figures over all supporters read the index alone.
    Index("ix_gift_supporter_id", "supporter_id", "paid_at", "campaign_id", "counted", "day"),
    # Distinct donors of any range of days and any campaign are counted from this index alone.
    Index("ix_gift_giving_day", "day", "campaign_id", "supporter_id", sqlite_where=text(OF_DONORS),
          postgresql_where=text(OF_DONORS)),
    # Only gifts by appeals are looked up by touch; most gifts come by command and are not indexed.
    Index("ix_gift_touch", "touch_kind", "touch_id", sqlite_where=text(BY_APPEAL), postgresql_where=text(BY_APPEAL)),
    Index("ix_gift_fee_wanted", "id", sqlite_where=text(FEE_WANTED), postgresql_where=text(FEE_WANTED)),
)  # fmt: skip
entry = Table(
    "entry",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    # Without a gift and a payout: movements of the Stripe balance that neither books (payments/payouts.py).
    Column("gift_id", ForeignKey("gift.id"), index=True),
    Column("payout_id", ForeignKey("payout.id")),
    Column("event_id", String(255), nullable=False),  # of movements: the first one
    Column("at", Utc, nullable=False),
    Column("day", Day, nullable=False, server_default="0"),  # of `at` in the charity's zone when it was booked
    Index("ix_entry_payout_id", "payout_id", sqlite_where=text("payout_id IS NOT NULL"),
          postgresql_where=text("payout_id IS NOT NULL")),
)  # fmt: skip
posting = Table(
    "posting",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("account", String(32), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("minor", Minor, nullable=False),
)
error_case = Table(
    "error_case",
    metadata,
    Column("id", AutoId, primary_key=True),  # small: people quote it on the telephone
    Column("gift_id", ForeignKey("gift.id")),  # null: about a person, such as two linked accounts
    Column("supporter_id", ForeignKey("supporter.id"), index=True),
    Column("kind", String(16), nullable=False),  # a key of _CASES in content/messages/inbox_cases.py
    Column("opened_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("closed_at", Utc),
    UniqueConstraint("gift_id", "kind"),
    Index("ix_error_case_open", "opened_at", sqlite_where=text("closed_at IS NULL"),
          postgresql_where=text("closed_at IS NULL")),
)  # fmt: skip
