"""Tables of limits that outlive `/forget`: keyed hashes of accounts, which lead to nobody. Conventions: schema.py."""

from sqlalchemy import Column, Index, String, Table

from bot.store.schema import AutoId, Utc, metadata

account_act = Table(  # what accounts did that is limited; forgotten soon after it counts no more
    "account_act",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("account", String(48), nullable=False),
    Column("kind", String(16), nullable=False),  # bot.usecases.core.rate_limits
    Column("at", Utc, nullable=False, index=True),
    Index("ix_account_act_account", "account", "kind", "at"),
    Index("ix_account_act_kind", "kind", "at"),
)
account_bar = Table(  # what staff had set about somebody who was forgotten: it holds again if they come back
    "account_bar",
    metadata,
    Column("account", String(48), primary_key=True),
    Column("kind", String(16), primary_key=True),  # blocked, name_hidden
    Column("at", Utc, nullable=False, index=True),  # when they were forgotten
)
