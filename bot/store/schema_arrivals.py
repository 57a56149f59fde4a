"""Tables of arrivals: where invites can be made, and who has left before. Conventions: schema.py."""

from sqlalchemy import Column, ForeignKey, String, Table

from bot.store.schema import Utc, metadata

invite_place = Table(  # what became of making invites into a place of ours
    "invite_place",
    metadata,
    Column("place_id", ForeignKey("place.id"), primary_key=True),
    Column("home", String(64)),  # the chat or server into which its invites lead, once one was made
    Column("trouble", String(8)),  # rights, public, gone, full, busy; none: it works
    Column("looked_at", Utc, nullable=False),
)
left_before = Table(  # keyed hashes of who left a chat that people are invited to: a return brings nobody credit
    "left_before",
    metadata,
    Column("hash", String(32), primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
