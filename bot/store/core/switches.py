"""Switches that staff set: the freeze, limits and others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import switch
from bot.store.db import upsert

FREEZE = "freeze"  # while on, nothing automatic is sent: broadcasts, milestones, nudges
DIGEST_OFF = "digest_off"  # staff ended the weekly summaries
RESTORED = "restored"  # when a backup was put in place; value: {"missing": erasures that could not be repeated}
APPROVE_ABOVE = "approve_above"  # recipients above which a second person approves; value: a number
PAUSE_ABOVE = "pause_above"  # failures in percent above which a broadcast pauses automatically; value: a number
ALARM_DECLINED = "alarm_declined"  # declined payments an hour from which staff are notified; value: a number
ALARM_WARNED = "alarm_warned"  # the same of fraud warnings
LINK_DOMAINS = "link_domains"  # hosts to which links in staff's texts may lead; value: a list
GIVING_LINE = "giving_line"  # « Un don vient d’arriver » on posted cards
PAYMENTS = "payments"  # while on, all payment links are paused; value: see bot.usecases.giving.payments_pause
PAYMENT_ALARM = "payment_alarm"  # when staff were last notified of many declined payments
AWAY = "away"  # people who write read the away message; value: see bot.usecases.inbox.away
NEW_DMS = "new_dms"  # conversations that the bot may open on Discord in a day; value: a number
OFFLINE_ABOVE = "offline_above"  # amount above which a second person confirms a gift outside Stripe; value: a number
HELD_OUT_OF_ALL = "held_out_of_all"  # share of supporters held out of every policy, where revision 0040 kept it
MONTHLY_TEST = "monthly_test"  # percent of new donors who are not offered a monthly gift, to measure; value: a number
DMS_STOPPED = "dms_stopped"  # Discord refused to open one; value: see bot.usecases.core.direct_messages
JOURNAL_ACCOUNTS = "journal_accounts"  # the accounting program's names; value: see bot.usecases.reports.journal
STATEMENTS_OPEN = "statements_open"  # months whose final statement is due; value: a list of their first days
STRIPE_BALANCE = "stripe_balance"  # available and pending, as last read; value: minor units by currency
STRIPE_COMPARED = "stripe_compared"  # with the ledger; value: see bot.usecases.money.stripe_balance
GENERATION = "generation"  # a counter that recognizes a restored copy; value: a number
STUCK = "stuck"  # what staff were last notified of as stuck; value: a list of keys (bot.usecases.core.stuck)
MILESTONES_AT_ONCE = "milestones_at_once"  # announced without waiting for approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The state of one switch, and who set it."""

    name: str
    on: bool
    value: Any = None
    at: datetime
    by: int | None = None


async def read(conn: AsyncConnection, name: str) -> Switch | None:
    """Return a switch, or None if it was never set."""
    row = (await conn.execute(select(switch).where(switch.c.name == name))).mappings().first()
    return None if row is None else Switch(**row)


async def read_each(conn: AsyncConnection, names: Collection[str]) -> dict[str, Switch]:
    """Return the switches with these names by name, without those that were never set."""
    rows = await conn.execute(select(switch).where(switch.c.name.in_(names)))
    return {row["name"]: Switch(**row) for row in rows.mappings()}


async def all_on(conn: AsyncConnection, prefix: str) -> list[Switch]:
    """Return the switches that are on and whose names start with `prefix`."""
    query = select(switch).where(switch.c.name.startswith(prefix, autoescape=True), switch.c.on.is_(True))
    return [Switch(**row) for row in (await conn.execute(query.order_by(switch.c.name))).mappings()]


async def set_switch(conn: AsyncConnection, new: Switch) -> None:
    """Set a switch."""
    statement = upsert(conn, switch, ["name"], ["on", "value", "at", "by"])
    row = {"name": new.name, "on": new.on, "value": new.value, "at": new.at, "by": new.by}
    await conn.execute(statement, row)


async def is_on(conn: AsyncConnection, name: str) -> bool:
    """Return whether a switch was set and is on."""
    switch_ = await read(conn, name)
    return switch_ is not None and switch_.on


async def is_frozen(conn: AsyncConnection) -> bool:
    """Return whether everything automatic is frozen."""
    return await is_on(conn, FREEZE)


async def payments_paused(conn: AsyncConnection) -> bool:
    """Return whether all payment links are paused."""
    return await is_on(conn, PAYMENTS)
