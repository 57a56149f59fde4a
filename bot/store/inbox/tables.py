"""Tables of the inbox: staff replies on their way, blocked supporters, hidden names."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    String,
    Table,
)

from bot.store.columns import Utc, metadata

relay = Table(  # a staff reply on its way to a supporter, until the outcome is known
    "relay",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("at", Utc, nullable=False),
)
reply_origin = Table(  # the message in which staff wrote a reply: when they edit it, the supporter's copy must follow
    "reply_origin",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("about", String(40), nullable=False),  # ib:<notice> or cs:<case>
    Column("draft_id", BigInteger, nullable=False),  # the newest draft made of it
    Column("delivery_id", BigInteger),  # the newest delivery, once it was sent
    Column("at", Utc, nullable=False, index=True),
)
blocked = Table(  # supporters whose messages no longer reach staff
    "blocked",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
name_hidden = Table(  # supporters whose name staff hid in public, whatever they agreed to
    "name_hidden",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
