"""Tables of broadcasts: one message by staff, its recipients, and every copy of it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Utc, metadata

broadcast = Table(
    "broadcast",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # also the touch in its links
    Column("kind", String(10), nullable=False),  # staff, milestone
    Column("once_key", String(80), unique=True),  # milestones: campaign and threshold, so that each is announced once
    Column("state", String(10), nullable=False),  # bot.domain.broadcasts.BroadcastState
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("body", JSON, nullable=False),  # content.broadcast.Message
    Column("picture", LargeBinary),
    Column("segment", JSON, nullable=False),  # bot.domain.broadcasts.Segment; null: channels only
    Column("quiet", String(10), nullable=False),  # silent, morning, emergency
    Column("revision", Integer, nullable=False, server_default="1"),  # grows with each correction
    Column("version", Integer, nullable=False, server_default="1"),  # grows with each change of the row
    Column("made_by", ForeignKey("staff.id")),
    Column("made_at", Utc, nullable=False),
    Column("approved_by", ForeignKey("staff.id")),
    Column("starts_at", Utc),  # the end of the countdown, or the time that was chosen
    Column("prepared_to", BigInteger, nullable=False, server_default="0"),  # supporter id; recipients up to it exist
    Column("started_at", Utc),
    Column("ended_at", Utc),
    Column("changed_at", Utc),  # its last correction, or its withdrawal
    Column("summed_to", BigInteger, nullable=False, server_default="0"),  # supporter id; summed up to here
    Column("summed_at", Utc),  # when all were summed up
    Column("why", Text),  # why it was paused, stopped or withdrawn; why it was an emergency
    Index("ix_broadcast_alive", "state", sqlite_where=text("ended_at IS NULL"),
          postgresql_where=text("ended_at IS NULL")),
)  # fmt: skip
recipient = Table(  # one row per broadcast and supporter, at their preferred address
    "recipient",
    metadata,
    Column("broadcast_id", ForeignKey("broadcast.id"), primary_key=True),
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True, index=True),
    Column("address_id", ForeignKey("address.id"), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("external_id", String(64), nullable=False),  # copied, so that sending needs no lookup
    Column("locale", String(2), nullable=False),
    Column("asks", Boolean, nullable=False),  # with amounts; without for those who gave in the last 7 days
    Column("silent", Boolean, nullable=False),
    Column("state", String(12), nullable=False),  # bot.store.core.outbox.State
    Column("part", String(16)),  # their giving history, a bot.domain.broadcasts.Giving, for the report
    Column("due_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", Utc),
    Column("done_at", Utc),
    Column("error", Text),
    Column("chat_id", String(64)),  # the sent copy, to correct or withdraw it
    Column("message_id", String(64)),
    Column("revision", Integer, nullable=False, server_default="0"),  # the revision they have
    Index("ix_recipient_due", "broadcast_id", "platform", "state", "due_at"),
    Index("ix_recipient_asked", "supporter_id", "due_at", sqlite_where=text("asks"), postgresql_where=text("asks")),
)  # fmt: skip
recipient_sum = Table(  # recipients whose rows were deleted, counted by the groups in reports
    "recipient_sum",
    metadata,
    Column("broadcast_id", ForeignKey("broadcast.id"), primary_key=True),
    Column("locale", String(2), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("part", String(16), primary_key=True),  # "": not known
    Column("state", String(12), primary_key=True),  # bot.store.core.outbox.State
    Column("asks", Boolean, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("timed", Integer, nullable=False),  # how many of them have a `done_at`
)
broadcast_post = Table(  # a broadcast in a channel or group
    "broadcast_post",
    metadata,
    Column("broadcast_id", ForeignKey("broadcast.id"), primary_key=True),
    Column("place_id", ForeignKey("place.id"), primary_key=True),
    Column("state", String(12), nullable=False),  # bot.store.core.outbox.State
    Column("due_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("chat_id", String(64)),
    Column("message_id", String(64)),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("done_at", Utc),
)
broadcast_opt_out = Table(  # opted out by the button under this message
    "broadcast_opt_out",
    metadata,
    Column("broadcast_id", ForeignKey("broadcast.id"), primary_key=True),
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True, index=True),
    Column("at", Utc, nullable=False),
)
broadcast_tap = Table(  # taps by the groups in reports, never by person
    "broadcast_tap",
    metadata,
    Column("broadcast_id", ForeignKey("broadcast.id"), primary_key=True),
    Column("locale", String(2), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("part", String(16), primary_key=True),  # "": not known
    Column("taps", BigInteger, nullable=False),
)
progress_message = Table(  # the live progress of a broadcast, edited in place
    "progress_message",
    metadata,
    Column("broadcast_id", ForeignKey("broadcast.id"), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("message_id", String(64)),  # null: it could not be shown there; not retried
    Column("target", String(64), nullable=False),  # who or which place it was sent to; a DM's chat has another id
    Column("locale", String(2), nullable=False),
    Column("shown", Text, nullable=False),  # a hash of what it says
    Column("edited_at", Utc, nullable=False),
    UniqueConstraint("platform", "chat_id", "message_id"),
)
