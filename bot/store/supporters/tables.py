"""Tables of supporters: accounts, what they agreed to, codes that link two accounts."""

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
    UniqueConstraint,
    text,
)

from bot.store.columns import AutoId, Utc, metadata

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
link_code = Table(  # one-time codes by which two accounts of one person become one; hashes only
    "link_code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("id", BigInteger, unique=True),  # what the buttons carry
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, index=True),
    Column("address_id", ForeignKey("address.id")),  # the account that was given it; none: before both had to confirm
    Column("expires_at", Utc, nullable=False),
    Column("typed_by", ForeignKey("address.id")),  # the account in which it was typed; nobody else may type it then
    Column("agreed_at", Utc),  # when that account said yes to the other's name; the other's yes joins them
)
