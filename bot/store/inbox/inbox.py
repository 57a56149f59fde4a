"""Words between supporters and staff: who may write how much, who is blocked, what was relayed; and the cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, cast, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.outbox import State
from bot.store.core.tables import delivery, notice
from bot.store.db import insert_or_ignore
from bot.store.gifts.tables import error_case
from bot.store.inbox.tables import blocked, name_hidden, relay

RELAYED = "relayed"  # the message of a delivery that carries words of the staff
_WITH_WORDS = ("words", "reply_lost")  # notices that hold what somebody wrote
_OPEN = (State.WAITING, State.SENDING, State.PARKED)


# --- words of supporters --------------------------------------------------------------------------
async def erase_old_messages(conn: AsyncConnection, before: datetime) -> None:
    """Erase what was written before then (UTC), also what nobody was there to read or has come to fetch."""
    there = cast(notice.c.args, Text) != "{}"  # erased ones are not written again
    old = notice.c.kind.in_(_WITH_WORDS) & (notice.c.made_at < before) & there
    await conn.execute(update(notice).where(old, notice.c.said_at.is_(None)).values(said_at=before))
    await conn.execute(update(notice).where(old).values(args={}))
    ids = list((await conn.execute(select(relay.c.delivery_id).where(relay.c.at < before))).scalars())
    await erase_relays(conn, ids)


# --- who is blocked, whose name is hidden -----------------------------------------------------------
async def is_blocked(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether their words no longer reach staff."""
    return await _has(conn, blocked, supporter_id)


async def block(conn: AsyncConnection, supporter_id: int, by: int | None, at: datetime) -> None:
    """From now on their words no longer reach staff; nothing else changes for them."""
    await _put(conn, blocked, supporter_id, by, at)


async def unblock(conn: AsyncConnection, supporter_id: int) -> None:
    """Their words reach staff again."""
    await conn.execute(delete(blocked).where(blocked.c.supporter_id == supporter_id))


async def is_name_hidden(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether staff keep them from being named in public. Whoever names supporters asks this besides their consent."""
    return await _has(conn, name_hidden, supporter_id)


async def hide_name(conn: AsyncConnection, supporter_id: int, by: int | None, at: datetime) -> None:
    """From now on nobody names them in public, whatever they agreed to."""
    await _put(conn, name_hidden, supporter_id, by, at)


async def show_name(conn: AsyncConnection, supporter_id: int) -> None:
    """What they agreed to counts again."""
    await conn.execute(delete(name_hidden).where(name_hidden.c.supporter_id == supporter_id))


async def _has(conn: AsyncConnection, table: Table, supporter_id: int) -> bool:
    query = select(table.c.at).where(table.c.supporter_id == supporter_id)
    return (await conn.execute(query)).first() is not None


async def _put(conn: AsyncConnection, table: Table, supporter_id: int, by: int | None, at: datetime) -> None:
    row = {"supporter_id": supporter_id, "by": by, "at": at}
    await conn.execute(insert_or_ignore(conn, table), [row])


# --- answers on their way -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """What became of an answer of the staff. `text` is what they wrote."""

    delivery_id: int
    state: State
    text: str


async def track_relay(conn: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """Remember an answer until it is known what became of it."""
    await conn.execute(insert_or_ignore(conn, relay), [{"delivery_id": delivery_id, "at": at}])


async def finished_relays(conn: AsyncConnection, limit: int) -> list[Relay]:
    """Answers of which it is known what became of them.

    In two steps, since a planner that sees both tables small may walk through all deliveries.
    """
    ids = (await conn.execute(select(relay.c.delivery_id))).scalars().all()
    if not ids:
        return []
    columns = (delivery.c.id, delivery.c.state, delivery.c.args)
    over = delivery.c.id.in_(ids) & delivery.c.state.not_in(_OPEN)
    query = select(*columns).where(over).order_by(delivery.c.id).limit(limit)
    return [
        Relay(delivery_id=row.id, state=State(row.state), text=str(row.args.get("text", "")))
        for row in await conn.execute(query)
    ]


async def erase_relays(conn: AsyncConnection, delivery_ids: list[int]) -> None:
    """Erase the words of these answers; nothing more is to be known of them."""
    await conn.execute(update(delivery).where(delivery.c.id.in_(delivery_ids)).values(args={}))
    await conn.execute(delete(relay).where(relay.c.delivery_id.in_(delivery_ids)))


# --- cases ----------------------------------------------------------------------------------------
async def case(conn: AsyncConnection, case_id: int) -> Mapping[str, Any] | None:
    """One case, open or closed."""
    row = (await conn.execute(select(error_case).where(error_case.c.id == case_id))).mappings().first()
    return None if row is None else dict(row)


async def open_linked_case(conn: AsyncConnection, supporter_id: int, at: datetime) -> int:
    """Return the open case about the joined accounts of a supporter, opened now if there is none."""
    mine = (error_case.c.supporter_id == supporter_id) & (error_case.c.kind == "linked")
    found = await conn.execute(select(error_case.c.id).where(mine, error_case.c.closed_at.is_(None)))
    if (known := found.scalars().first()) is not None:
        return int(known)
    made = await conn.execute(insert(error_case).values(supporter_id=supporter_id, kind="linked", opened_at=at))
    (number,) = made.inserted_primary_key or (0,)
    return int(number)


async def close_case(conn: AsyncConnection, case_id: int, at: datetime) -> bool:
    """Somebody has looked at a case; False where it was closed already, or is none."""
    open_one = (error_case.c.id == case_id) & error_case.c.closed_at.is_(None)
    return (await conn.execute(update(error_case).where(open_one).values(closed_at=at))).rowcount == 1


async def reopen_case(conn: AsyncConnection, case_id: int, at: datetime) -> None:
    """A person says the same again about a gift whose case was closed."""
    closed = (error_case.c.id == case_id) & error_case.c.closed_at.is_not(None)
    await conn.execute(update(error_case).where(closed).values(closed_at=None, opened_at=at))
