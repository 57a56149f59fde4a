"""Every table, in one readable page. Times are UTC microseconds in a BigInteger; money is minor units."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Utc(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 so that both engines compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite gives ids by itself only to an INTEGER column.
AutoId = BigInteger().with_variant(Integer, "sqlite")
Minor = BigInteger

# --- people -------------------------------------------------------------------------------------
supporter = Table(
    "supporter",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("joined_at", Utc, nullable=False),
    Column("merged_into", ForeignKey("supporter.id"), index=True),
    Column("erased_at", Utc),
    Column("gift_count", Integer, nullable=False, server_default="0"),  # paid gifts, refunded ones too
    Column("first_gift_at", Utc),
    Column("last_gift_at", Utc),
    Column("next_nudge_at", Utc),  # when to look next whether they are due; moved by their gifts' own transactions
    Column("snoozed_until", Utc),  # « Pas maintenant »
    Column("arm_of", BigInteger),  # after a merge: by which of the two their arm is drawn, the older one
    Index("ix_supporter_next_nudge_at", "next_nudge_at", sqlite_where=text("next_nudge_at IS NOT NULL"),
          postgresql_where=text("next_nudge_at IS NOT NULL")),
)  # fmt: skip
address = Table(
    "address",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, index=True),
    Column("platform", String(16), nullable=False),
    Column("external_id", String(64), nullable=False),
    Column("locale", String(2), nullable=False),
    Column("locale_chosen", Boolean, nullable=False, server_default=text("false")),
    Column("time_zone", String(64)),
    Column("reachable", Boolean, nullable=False, server_default=text("true")),
    Column("unreachable_since", Utc),
    Column("wrote_at", Utc),  # last wrote to the bot in private: then a DM is an answer
    Column("gave_at", Utc),  # last gave from here; known once accounts are merged, each of which had given by itself
    UniqueConstraint("platform", "external_id"),
)
preference = Table(
    "preference",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("accepted", Boolean, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Index("ix_preference_kind", "kind", "accepted"),
)
preference_change = Table(
    "preference_change",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Column("wording", Text, nullable=False),  # the sentence they saw when they chose
)

# --- campaigns ----------------------------------------------------------------------------------
campaign = Table(
    "campaign",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("slug", String(40), nullable=False, unique=True),
    Column("state", String(8), nullable=False),
    Column("authored", Text, nullable=False),  # content.campaign.Campaign as JSON
    Column("currency", String(3), nullable=False),
    Column("ends_at", Utc),
    Column("published_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("raised_minor", Minor, nullable=False, server_default="0"),
    Column("gift_count", Integer, nullable=False, server_default="0"),
    Column("donor_count", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("has_match", Boolean, nullable=False, server_default=text("false")),  # a sponsor has ever matched its gifts
    Column("extended", Boolean, nullable=False, server_default=text("false")),  # its end was moved to a later day
    Column("given_at", Utc),  # its latest gift, until cards have stopped to say so
)
campaign_picture = Table(  # the campaign's own picture; apart, since only drawing needs it
    "campaign_picture",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("image", LargeBinary, nullable=False),
)
campaign_donor = Table(
    "campaign_donor",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True, index=True),
    Column("gift_count", Integer, nullable=False),  # counted gifts; at zero they are no donor any more
)
campaign_other = Table(  # what came in other currencies: shown beside, never added
    "campaign_other",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("raised_minor", Minor, nullable=False),
    Column("gift_count", Integer, nullable=False),
)
milestone = Table(
    "milestone",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("threshold_minor", Minor, primary_key=True),
    Column("crossed_at", Utc),  # set once; a refund that goes back below does not unset it
    Column("announced_at", Utc),  # its announcement was made, or staff chose that there be none
)
match_period = Table(  # a sponsor who doubles gifts, up to a pool and until a time
    "match_period",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("sponsor", JSON, nullable=False),  # the name in both languages: {"fr": ..., "en": ...}
    Column("pool_minor", Minor, nullable=False),
    Column("left_minor", Minor, nullable=False),  # goes down and up in the transactions of the gifts
    Column("starts_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("closed_at", Utc),
)
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
    Column("created_at", Utc, nullable=False),
    Index("ix_payment_link_warm", "campaign_id", "minor", "currency"),
)
posted_card = Table(
    "posted_card",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("platform", String(16), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("message_id", String(64)),
    Column("locale", String(5), nullable=False),  # fr, en, or fr+en
    Column("shown_version", Integer, nullable=False, server_default="0"),
    Column("edited_at", Utc),
    Column("gone_at", Utc),  # deleted, or our rights were taken
    Column("posted_at", Utc, nullable=False),
    Column("asked_at", Utc),  # staff asked for it in chat, and nobody has begun to post it
    Column("away_at", Utc),  # staff want it taken away
)

# --- money --------------------------------------------------------------------------------------
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
    Column("came_by", String(8)),  # first: webhook, poll
    Index("ix_stripe_event_received_at", "received_at"),
    Index("ix_stripe_event_waits_for", "waits_for", sqlite_where=text("state = 'waiting'"),
          postgresql_where=text("state = 'waiting'")),
    Index("ix_stripe_event_try_at", "try_at", sqlite_where=text("state = 'failed'"),
          postgresql_where=text("state = 'failed'")),
)  # fmt: skip
# Queries under a partial index say its condition in the same words: SQLite sees no other reason to use it.
FEE_WANTED = "fee IS NULL AND balance_transaction IS NOT NULL"
BY_APPEAL = "touch_kind IN ('b', 'n', 'i')"
gift = Table(
    "gift",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("supporter_id", ForeignKey("supporter.id")),  # none: anonymous
    Column("touch_kind", String(1), nullable=False),
    Column("touch_id", BigInteger, nullable=False),
    Column("late", Boolean, nullable=False),  # came after the campaign had ended
    Column("state", String(16), nullable=False),  # payments.ledger.State, computed from the registers below
    Column("counted", Minor, nullable=False),
    Column("receipt_url", Text), Column("balance_transaction", String(255)),
    Column("claimed_at", Utc),  # its payer proved that it is theirs
    Column("disowned_at", Utc),
    Column("payer", String(64)),  # keyed hash of the card or customer; erased with its supporter
    # Its supporter was forgotten: what only leads to them is not written any more (store/gifts.py).
    Column("forgotten", Boolean, nullable=False, server_default=text("false")),
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
    # With all that first gifts are found by, so that figures over everybody read the index alone.
    Index("ix_gift_supporter_id", "supporter_id", "paid_at", "campaign_id", "counted"),
    # Only appeals are looked up by their touch; most gifts come by command and cost nothing here.
    Index("ix_gift_touch", "touch_kind", "touch_id", sqlite_where=text(BY_APPEAL), postgresql_where=text(BY_APPEAL)),
    Index("ix_gift_fee_wanted", "id", sqlite_where=text(FEE_WANTED), postgresql_where=text(FEE_WANTED)),
)  # fmt: skip
gift_match = Table(  # what a sponsor adds to a gift; pool = left + the sum of these
    "gift_match",
    metadata,
    Column("gift_id", ForeignKey("gift.id"), primary_key=True),
    Column("match_id", ForeignKey("match_period.id"), primary_key=True),
    Column("minor", Minor, nullable=False),
)
entry = Table(
    "entry",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("gift_id", ForeignKey("gift.id"), nullable=False, index=True),
    Column("event_id", String(255), nullable=False),
    Column("at", Utc, nullable=False),
)
posting = Table(
    "posting",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("account", String(32), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("minor", Minor, nullable=False),
)
pledge = Table(
    "pledge",
    metadata,
    Column("subscription", String(255), primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id")),
    Column("supporter_id", ForeignKey("supporter.id")),
    Column("status", String(24), nullable=False),
    Column("said_at", Utc),  # when Stripe said so
    Column("minor", Minor),  # what each renewal asks for, once that was said
    Column("changed_at", Utc, nullable=False),
    Column("session", String(255)),  # the payment page on which it began
    Column("payer", String(64)),  # keyed hash of Stripe's customer; erased with its supporter
    Column("claimed_at", Utc),  # its payer proved that it is theirs
    Column("legacy", Boolean, nullable=False, server_default=text("false")),  # bound before proofs existed
    Index("ix_pledge_supporter_id", "supporter_id"),
    Index("ix_pledge_campaign_id", "campaign_id"),
    Index("ix_pledge_session", "session", unique=True),
    Index("ix_pledge_legacy", "supporter_id", "subscription", sqlite_where=text("legacy"),
          postgresql_where=text("legacy")),
)  # fmt: skip
error_case = Table(
    "error_case",
    metadata,
    Column("id", AutoId, primary_key=True),  # small: people say it on the telephone
    Column("gift_id", ForeignKey("gift.id")),  # none: about two accounts that were joined
    Column("supporter_id", ForeignKey("supporter.id"), index=True),
    Column("kind", String(16), nullable=False),  # a key of _CASES in content/messages_inbox.py
    Column("opened_at", Utc, nullable=False),
    Column("due_at", Utc),
    Column("closed_at", Utc),
    UniqueConstraint("gift_id", "kind"),
    Index("ix_error_case_open", "opened_at", sqlite_where=text("closed_at IS NULL"),
          postgresql_where=text("closed_at IS NULL")),
)  # fmt: skip

# --- messages -----------------------------------------------------------------------------------
# What may be deleted some time after it is done. Reminders stay: their experiment counts them; doubts are counted too,
# and service messages that could not reach somebody wait for them.
DELIVERY_OVER = "state IN ('sent', 'failed', 'dropped') AND message <> 'nudge'"
delivery = Table(
    "delivery",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # also the nonce
    Column("lane", Integer, nullable=False),  # lower goes first: 1 thanks, 2 service, 3 nudge, 4 broadcast
    Column("platform", String(16), nullable=False),
    Column("address_id", ForeignKey("address.id"), nullable=False),
    Column("message", String(40), nullable=False),  # which message; its words are made when it is sent
    Column("args", JSON, nullable=False),
    Column("state", String(12), nullable=False),  # waiting, sending, sent, failed, unreachable, in_doubt, parked
    Column("due_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", Utc),
    Column("done_at", Utc),
    Column("error", Text),
    Index("ix_delivery_due", "platform", "lane", "due_at", sqlite_where=text("state = 'waiting'"),
          postgresql_where=text("state = 'waiting'")),
    Index("ix_delivery_address_id", "address_id", "state"),
    Index("ix_delivery_sending", "platform", "claimed_at", sqlite_where=text("state = 'sending'"),
          postgresql_where=text("state = 'sending'")),
    Index("ix_delivery_over", "done_at", sqlite_where=text(DELIVERY_OVER), postgresql_where=text(DELIVERY_OVER)),
)  # fmt: skip
private_answer = Table(  # Discord: the ephemeral answer that a thank-you may replace
    "private_answer",
    metadata,
    Column("address_id", ForeignKey("address.id"), primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("token", Text, nullable=False),
    Column("expires_at", Utc, nullable=False),
)
# --- the machine itself -------------------------------------------------------------------------
tap_count = Table(
    "tap_count",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("touch_kind", String(1), primary_key=True),
    Column("touch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("taps", BigInteger, nullable=False),
    Index("ix_tap_count_touch", "touch_kind", "touch_id"),
)
