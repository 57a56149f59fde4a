"""Tables of supporters: addresses, preferences, codes that link two accounts, and copies of a person's own data."""

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
    Column("gift_count", Integer, nullable=False, server_default="0"),  # paid gifts, including refunded ones
    Column("first_gift_at", Utc),
    Column("last_gift_at", Utc),
    Column("next_nudge_at", Utc),  # when to check whether a reminder is due; set in the transactions of their gifts
    Column("snoozed_until", Utc),  # « Pas maintenant »
    Column("arm_of", BigInteger),  # after a merge, the older of the two ids: their arm is drawn from it
    Column("adult", Boolean),  # what they answered to "Are you 18 or over?"; null: they were not asked
    Column("adult_at", Utc),  # when they answered
    Column("deceased_at", Utc),  # when staff recorded that they have died: nothing is sent to them any more
    Index("ix_supporter_deceased_at", "deceased_at", sqlite_where=text("deceased_at IS NOT NULL"),
          postgresql_where=text("deceased_at IS NOT NULL")),
    Index("ix_supporter_adult", "adult", sqlite_where=text("adult IS NOT NULL"),
          postgresql_where=text("adult IS NOT NULL")),
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
    Column("wrote_at", Utc),  # when they last wrote to the bot in private, which makes a DM a reply
    Column("installed_at", Utc),  # Discord: when they were first seen to have installed the bot on their account
    Column("dm_at", Utc),  # Discord: when the bot opened the conversation; null if they did, or nobody has
    Column("dm_channel", String(64)),  # Discord: the conversation's channel, once the bot has written there
    Column("gave_at", Utc),  # when they last gave from here; only set when accounts that had each given are merged
    Column("awaits", String(80)),  # what the next amount that they write is for: bot/usecases/giving/awaited.py
    Column("awaits_until", Utc),
    UniqueConstraint("platform", "external_id"),
    Index("ix_address_dm_at", "dm_at", sqlite_where=text("dm_at IS NOT NULL"),
          postgresql_where=text("dm_at IS NOT NULL")),
)  # fmt: skip
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
    Column("wording", Text, nullable=False),  # the sentence shown when they chose
)
link_code = Table(  # hashes of one-time codes that link two accounts of one person
    "link_code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("id", BigInteger, unique=True),  # carried by the buttons
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, index=True),
    Column(
        "address_id", ForeignKey("address.id")
    ),  # the account that got the code; null in rows from before both had to confirm
    Column("expires_at", Utc, nullable=False),
    Column("typed_by", ForeignKey("address.id")),  # the account that typed it; no other account may type it afterwards
    Column("agreed_at", Utc),  # when that account confirmed; the merge happens when the other one confirms too
)
my_data_file = Table(  # files with a person's own data that are in their private chat, until they are deleted there
    "my_data_file",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("supporter_id", ForeignKey("supporter.id"), index=True),  # null once they were forgotten
    Column("platform", String(16), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("sent_at", Utc, nullable=False),
    Column("delete_at", Utc, nullable=False),  # moved forward when a try fails
    Index("ix_my_data_file_delete_at", "platform", "delete_at"),
)
my_data_link = Table(  # one-time links to the page with a person's own data; used ones are deleted
    "my_data_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, index=True),
    Column("expires_at", Utc, nullable=False),
)
