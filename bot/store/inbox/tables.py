"""Tables of the inbox: answers on their way, who is blocked, whose name is hidden."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Table,
)

from bot.store.columns import Utc, metadata

relay = Table(  # an answer of staff on its way to a supporter, until it is known what became of it
    "relay",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("at", Utc, nullable=False),
)
blocked = Table(  # supporters whose words no longer reach staff
    "blocked",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
name_hidden = Table(  # supporters whom staff do not want named in public, whatever they agreed to
    "name_hidden",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
