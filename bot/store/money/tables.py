"""Tables of Stripe's events, refunds that we order, gifts outside Stripe, payouts and movements of the balance."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from bot.store.columns import AutoId, Day, Minor, Utc, metadata

stripe_event = Table(
    "stripe_event",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("state", String(8), nullable=False),  # applied, ignored, waiting (its gift is not known yet), failed
    Column("waits_for", String(255)),
    Column("error", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("try_at", Utc),
    Column("body", Text),  # only while waiting or failed: bodies hold names and e-mail addresses
    Column("came_by", String(8)),  # which came first: webhook, poll
    Index("ix_stripe_event_received_at", "received_at"),
    Index("ix_stripe_event_waits_for", "waits_for", sqlite_where=text("state = 'waiting'"),
          postgresql_where=text("state = 'waiting'")),
    Index("ix_stripe_event_try_at", "try_at", sqlite_where=text("state = 'failed'"),
          postgresql_where=text("state = 'failed'")),
)  # fmt: skip
refund_order = Table(  # orders to refund; written before Stripe is called, the id is the idempotency key
    "refund_order",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("gift_id", ForeignKey("gift.id"), nullable=False, index=True),
    Column("minor", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),  # one of a few keywords, or text by staff
    Column("staff_id", ForeignKey("staff.id")),  # null: the donor, about duplicates
    Column("made_at", Utc, nullable=False),
    Column("confirmed_at", Utc),  # null: not confirmed yet
    Column("try_at", Utc),  # when to call Stripe again, or a request to a second owner expires; null: nothing to do
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("refund_id", String(255)),  # Stripe's; its events tell the outcome
    Column("refused", Text),  # why Stripe refused; "expired": no second owner confirmed it
    Index("ix_refund_order_try_at", "try_at", sqlite_where=text("try_at IS NOT NULL"),
          postgresql_where=text("try_at IS NOT NULL")),
)  # fmt: skip
deposit_slip = Table(  # gifts outside Stripe that were, or will be, deposited together
    "deposit_slip",
    metadata,
    Column("id", AutoId, primary_key=True),  # small: treasurers write it on the bank's slip
    Column("made_by", ForeignKey("staff.id")),
    Column("made_at", Utc, nullable=False),
)
# Queries repeat a partial index's condition literally: otherwise SQLite does not use it.
UNDEPOSITED = "banked_on IS NULL AND taken_back_at IS NULL"
offline_gift = Table(  # what staff entered about a gift outside Stripe; its money is in `gift`
    "offline_gift",
    metadata,
    Column("gift_id", ForeignKey("gift.id"), primary_key=True),
    Column("batch", BigInteger, nullable=False, index=True),  # the draft it was entered with; several gifts share it
    Column("received_on", Day, nullable=False, index=True),
    Column("banked_on", Day),
    Column("slip_id", ForeignKey("deposit_slip.id"), index=True),
    Column("note", Text, nullable=False),
    Column("entered_by", ForeignKey("staff.id")),
    Column("entered_at", Utc, nullable=False, index=True),
    Column("approved_by", ForeignKey("staff.id")),  # null: no second person was needed
    Column("taken_back_at", Utc),  # undone, or returned by the bank: a counter-entry was booked
    Column("taken_back_by", ForeignKey("staff.id")),
    Column("taken_back_why", Text),  # a key of REASONS in content/messages/offline.py, or typed by staff
    Index("ix_offline_gift_undeposited", "gift_id", sqlite_where=text(UNDEPOSITED),
          postgresql_where=text(UNDEPOSITED)),
)  # fmt: skip
gift_import = Table(  # files of gifts outside Stripe
    "gift_import",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("source", String(16), nullable=False),  # what wrote the file: bot.domain.import_rows.Source
    Column("undone_at", Utc),
)
IMPORTED = "key IS NOT NULL"
imported_gift = Table(  # what a file said about an offline gift
    "imported_gift",
    metadata,
    Column("gift_id", ForeignKey("gift.id"), primary_key=True),
    Column("import_id", ForeignKey("gift_import.id"), nullable=False),
    Column("key", String(48), unique=True),  # keyed hash by which an overlapping file's line is known; null: undone
    Column("receipted_by", String(8), nullable=False),  # us, other, none
    Column("received_from", String(60)),  # the charity that legally gave it, such as CanadaHelps
    Index("ix_imported_gift_import_id", "import_id", "gift_id"),
)
TO_ITEMISE = "reconciled AND itemised_at IS NULL"
UNLINKED = "gift_id IS NULL AND payment_intent IS NOT NULL"
payout = Table(
    "payout",
    metadata,
    Column("id", String(255), primary_key=True),  # Stripe's
    # the registers, as payments.payouts.Payout has them
    Column("currency", String(3), nullable=False), Column("minor", Minor, nullable=False),
    Column("status", String(32), nullable=False),
    Column("automatic", Boolean, nullable=False), Column("instant", Boolean, nullable=False),
    Column("created_at", Utc, nullable=False), Column("arrives_at", Utc, nullable=False),
    Column("said_at", Utc, nullable=False),
    Column("returned", Boolean, nullable=False), Column("reconciled", Boolean, nullable=False),
    Column("itemised_at", Utc),  # since when its movements are known to belong to it
    Index("ix_payout_arrives_at", "arrives_at", "id"),
    Index("ix_payout_to_itemise", "created_at", sqlite_where=text(TO_ITEMISE), postgresql_where=text(TO_ITEMISE)),
)  # fmt: skip
movement = Table(  # of the Stripe balance; never changed but for these two: its payout and its gift
    "movement",
    metadata,
    Column("id", String(255), primary_key=True),  # Stripe's balance transaction
    Column("payout_id", ForeignKey("payout.id")),
    Column("gift_id", ForeignKey("gift.id")),  # null: not ours
    Column("kind", String(16), nullable=False),  # payments.payouts.Kind
    Column("type", String(64), nullable=False),  # Stripe's
    Column("currency", String(3), nullable=False), Column("gross", Minor, nullable=False),
    Column("fee", Minor, nullable=False),
    Column("source", String(255)), Column("payment_intent", String(255)),
    Column("presented_currency", String(3)), Column("presented", Minor),
    Column("created_at", Utc, nullable=False), Column("available_at", Utc, nullable=False),
    Index("ix_movement_payout_id", "payout_id", "id", sqlite_where=text("payout_id IS NOT NULL"),
          postgresql_where=text("payout_id IS NOT NULL")),
    Index("ix_movement_gift_id", "gift_id", sqlite_where=text("gift_id IS NOT NULL"),
          postgresql_where=text("gift_id IS NOT NULL")),
    Index("ix_movement_unlinked", "payment_intent", sqlite_where=text(UNLINKED), postgresql_where=text(UNLINKED)),
)  # fmt: skip
