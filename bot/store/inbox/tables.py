"""Tables of the inbox: staff replies on their way, blocked supporters, hidden names."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Table,
)

from bot.store.columns import Utc, metadata

relay = Table(  # a staff reply on its way to a supporter, until the outcome is known
    "relay",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("at", Utc, nullable=False),
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
