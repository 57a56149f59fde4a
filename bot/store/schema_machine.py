"""Tables of the machine itself: where reading has got to, and who sends. Conventions: schema.py."""

from sqlalchemy import Column, String, Table

from bot.store.schema import Utc, metadata

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
