"""Tables that every area uses: the outbox, notices to staff, the audit log, switches, leases and cursors."""

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
    text,
)

from bot.store.columns import AutoId, Utc, metadata

# Deliveries that may be deleted some time after they are done. Reminders stay for the experiment, rows in doubt are
# counted, and unreachable ones wait for the person.
DELIVERY_OVER = "state IN ('sent', 'failed', 'dropped') AND message <> 'nudge'"
delivery = Table(
    "delivery",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # also the nonce
    Column("lane", Integer, nullable=False),  # lower goes first: 1 thanks, 2 service, 3 nudge, 4 broadcast
    Column("platform", String(16), nullable=False),
    Column("address_id", ForeignKey("address.id"), nullable=False),
    Column("message", String(40), nullable=False),  # message key; rendered when it is sent
    Column("args", JSON, nullable=False),
    Column("state", String(12), nullable=False),  # bot.store.core.outbox.State
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
    Index("ix_delivery_parked", "error", sqlite_where=text("state = 'parked'"),
          postgresql_where=text("state = 'parked'")),
    Index("ix_delivery_held", "id", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
    Index("ix_delivery_over", "done_at", sqlite_where=text(DELIVERY_OVER), postgresql_where=text(DELIVERY_OVER)),
)  # fmt: skip
private_answer = Table(  # Discord: the ephemeral reply that a thank-you may replace
    "private_answer",
    metadata,
    Column("address_id", ForeignKey("address.id"), primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("token", Text, nullable=False),
    Column("expires_at", Utc, nullable=False),
)
tap_count = Table(
    "tap_count",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("touch_kind", String(1), primary_key=True),
    Column("touch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("taps", BigInteger, nullable=False),
    Index("ix_tap_count_touch", "touch_kind", "touch_id"),
)
account_act = Table(  # rate-limited actions of accounts; deleted once they no longer count
    "account_act",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("account", String(48), nullable=False),
    Column("kind", String(16), nullable=False),  # bot.usecases.core.rate_limits
    Column("at", Utc, nullable=False, index=True),
    Index("ix_account_act_account", "account", "kind", "at"),
    Index("ix_account_act_kind", "kind", "at"),
)
account_bar = Table(  # restrictions on forgotten people, restored if they return
    "account_bar",
    metadata,
    Column("account", String(48), primary_key=True),
    Column("kind", String(16), primary_key=True),  # blocked, name_hidden
    Column("at", Utc, nullable=False, index=True),  # when they were forgotten
)
cursor = Table(
    "cursor",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", Utc, nullable=False),
)
lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Utc, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id")),  # none: the terminal, or an automatic action
    Column("actor", String(80), nullable=False),  # the label at that time, "terminal" or "obole"
    Column("action", String(40), nullable=False),
    Column("details", JSON, nullable=False),
)
notice = Table(  # one message to staff about one fact; rendered when it is sent
    "notice",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(120), nullable=False, unique=True),  # the same key is sent once
    Column("kind", String(40), nullable=False),
    Column("args", JSON, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("said_at", Utc),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("stale", Boolean, nullable=False, server_default=text("false")),  # its copies are outdated
    Index("ix_notice_kind_made_at", "kind", "made_at"),
    Index("ix_notice_made_at", "made_at"),
    Index("ix_notice_stale", "id", sqlite_where=text("stale"), postgresql_where=text("stale")),
    Index("ix_notice_due", "due_at", sqlite_where=text("said_at IS NULL"), postgresql_where=text("said_at IS NULL")),
)  # fmt: skip
notice_copy = Table(  # sent copies of notices, so that a reply to one finds its notice
    "notice_copy",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("notice_id", ForeignKey("notice.id"), nullable=False, index=True),
    Column("target", String(64), nullable=False),  # the person or place it was sent to; a DM's chat has another id
)
switch = Table(  # switches that staff set: the freeze, limits and others
    "switch",
    metadata,
    Column("name", String(40), primary_key=True),  # freeze, approve_above, ...
    Column("on", Boolean, nullable=False),
    Column("value", JSON),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
