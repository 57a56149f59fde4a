"""What staff have turned: the freeze, and numbers that the owner sets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import switch
from bot.store.db import upsert

FREEZE = "freeze"  # while it is on nothing automatic leaves: broadcasts, milestones, nudges
APPROVE_ABOVE = "approve_above"  # recipients above which a second person approves; value: a number
PAUSE_ABOVE = "pause_above"  # failures in percent above which a broadcast pauses by itself; value: a number
ALARM_DECLINED = "alarm_declined"  # declined payments an hour from which staff are notified; value: a number
ALARM_WARNED = "alarm_warned"  # the same of fraud warnings
LINK_DOMAINS = "link_domains"  # hosts to which links in staff's texts may lead; value: a list
GIVING_LINE = "giving_line"  # « Quelqu'un vient de donner » in the places where cards stand
PAYMENTS = "payments"  # while it is on all payment links are paused; value: bot.usecases.giving.payments_pause
PAYMENT_ALARM = "payment_alarm"  # when staff were last told of many refused payments
MILESTONES_AT_ONCE = "milestones_at_once"  # announced without waiting for approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How one switch stands, and who turned it."""

    name: str
    on: bool
    value: Any = None
    at: datetime
    by: int | None = None


async def read(conn: AsyncConnection, name: str) -> Switch | None:
    """A switch; None where nobody has touched it."""
    row = (await conn.execute(select(switch).where(switch.c.name == name))).mappings().first()
    return None if row is None else Switch(**row)


async def all_on(conn: AsyncConnection, prefix: str) -> list[Switch]:
    """The switches whose names begin so, and that are on."""
    query = select(switch).where(switch.c.name.startswith(prefix, autoescape=True), switch.c.on.is_(True))
    return [Switch(**row) for row in (await conn.execute(query.order_by(switch.c.name))).mappings()]


async def set_switch(conn: AsyncConnection, new: Switch) -> None:
    """Set a switch."""
    statement = upsert(conn, switch, ["name"], ["on", "value", "at", "by"])
    row = {"name": new.name, "on": new.on, "value": new.value, "at": new.at, "by": new.by}
    await conn.execute(statement, row)


async def is_frozen(conn: AsyncConnection) -> bool:
    """Whether everything automatic stands still."""
    found = await read(conn, FREEZE)
    return found is not None and found.on


async def payments_paused(conn: AsyncConnection) -> bool:
    """Whether all payment links are paused."""
    found = await read(conn, PAYMENTS)
    return found is not None and found.on
