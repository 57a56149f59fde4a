"""Merge two supporters who are one person, and erase a supporter: every row that belongs to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, case, delete, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gifts import Gift
from bot.domain.people import ERASED
from bot.store.broadcasts.tables import broadcast_opt_out, recipient
from bot.store.columns import Utc
from bot.store.core.notices import of_kind
from bot.store.core.outbox import State
from bot.store.core.tables import delivery, notice, private_answer
from bot.store.gifts import gifts
from bot.store.gifts.gifts import read_gift
from bot.store.gifts.tables import error_case, gift
from bot.store.giving.tables import own_link, payer_proof
from bot.store.inbox.tables import blocked, name_hidden, relay
from bot.store.monthly.tables import pledge
from bot.store.nudges.tables import decision, one_time_message
from bot.store.quick_give import cards
from bot.store.referrals.tables import circle_shown, invite, recognition, referral, share_prompt
from bot.store.supporters.tables import (
    address,
    link_code,
    my_data_file,
    my_data_link,
    preference,
    preference_change,
    supporter,
)

_REACHED = (State.SENDING.value, State.SENT.value, State.IN_DOUBT.value)
_NOT_SENT = (State.WAITING.value, State.HELD.value, State.PARKED.value)
# Tables in which a supporter has at most one row for each value of the second column.
_ONE_EACH: Sequence[tuple[Table, str | None]] = (
    (recipient, "broadcast_id"),
    (broadcast_opt_out, "broadcast_id"),
    (decision, "reason"),
    (one_time_message, "about"),
    (recognition, "people"),
    (preference, "kind"),
    (blocked, None),
    (name_hidden, None),
    (invite, None),
    (share_prompt, None),
    (payer_proof, "payer"),
)
_ALL_OF = (address, preference_change, pledge, error_case, own_link, my_data_file, my_data_link)


# --- merging --------------------------------------------------------------------------------------
async def winner_and_loser(conn: AsyncConnection, first: int, other: int) -> tuple[int, int] | None:
    """Return (winner, loser): the supporter who joined first stays. None if either was merged or erased already."""
    alive = supporter.c.id.in_([first, other]) & supporter.c.merged_into.is_(None) & supporter.c.erased_at.is_(None)
    query = select(supporter.c.id).where(alive).order_by(supporter.c.joined_at, supporter.c.id)
    ids = list((await conn.execute(query)).scalars())
    return (ids[0], ids[1]) if len(ids) == 2 else None


async def gifts_of(conn: AsyncConnection, supporter_id: int) -> list[Gift]:
    """Return all gifts of a supporter, paid or not."""
    rows = await conn.execute(select(gift).where(gift.c.supporter_id == supporter_id).order_by(gift.c.id))
    return [read_gift(row) for row in rows.mappings()]


async def hand_over(conn: AsyncConnection, loser: int, winner: int) -> None:
    """Move all rows of the loser, except gifts and the tree, to the winner, without duplicates.

    Of two choices of a preference the later one counts; of two at the same instant, the refusal.
    """
    await _drop_older_choices(conn, loser, winner)
    for table in _ALL_OF:
        await conn.execute(update(table).where(table.c.supporter_id == loser).values(supporter_id=winner))
    for table, also in _ONE_EACH:
        await _hand_over_once(conn, table, also, loser, winner)
    await _drop_second_copies(conn, loser, winner)
    await cards.hand_over(conn, loser, winner)
    for table in (link_code, circle_shown):
        await conn.execute(delete(table).where(table.c.supporter_id.in_([loser, winner])))
    await _point(conn, loser, winner)


async def _drop_older_choices(conn: AsyncConnection, loser: int, winner: int) -> None:
    query = select(preference).where(preference.c.supporter_id.in_([loser, winner]))
    kept: dict[str, Any] = {}
    for row in sorted(await conn.execute(query), key=lambda r: (r.changed_at, not r.accepted)):
        older = kept.get(row.kind)
        kept[row.kind] = row
        if older is not None:
            which = (preference.c.supporter_id == older.supporter_id) & (preference.c.kind == row.kind)
            await conn.execute(delete(preference).where(which))


async def _hand_over_once(conn: AsyncConnection, table: Table, also: str | None, loser: int, winner: int) -> None:
    theirs = table.alias()
    same = theirs.c.supporter_id == winner
    if also is not None:
        same = and_(same, theirs.c[also] == table.c[also])
    free = (table.c.supporter_id == loser) & ~exists(select(literal(1)).select_from(theirs).where(same))
    await conn.execute(update(table).where(free).values(supporter_id=winner))


async def _drop_second_copies(conn: AsyncConnection, loser: int, winner: int) -> None:
    """For a broadcast addressed to both accounts, drop copies so that the person gets exactly one."""
    had = select(recipient.c.broadcast_id).where(recipient.c.supporter_id == loser, recipient.c.state.in_(_REACHED))
    for who, more in ((winner, recipient.c.broadcast_id.in_(had)), (loser, literal(True))):
        waits = (recipient.c.supporter_id == who) & recipient.c.state.in_(_NOT_SENT) & more
        await conn.execute(update(recipient).where(waits).values(state=State.DROPPED.value))


async def record_giving_addresses(conn: AsyncConnection, ids: Sequence[int]) -> None:
    """Record the address that each supporter gave from, while each has only one, before their gifts are merged."""
    last = select(supporter.c.last_gift_at).where(supporter.c.id == address.c.supporter_id).scalar_subquery()
    theirs = address.c.supporter_id.in_(list(ids)) & address.c.gave_at.is_(None)
    await conn.execute(update(address).where(theirs).values(gave_at=last))


async def _point(conn: AsyncConnection, loser: int, winner: int) -> None:
    """Make references to the loser lead to the winner, in one step."""
    chain = (supporter.c.id == loser) | (supporter.c.merged_into == loser)
    await conn.execute(update(supporter).where(chain).values(merged_into=winner, next_nudge_at=None))
    both = select(func.max(supporter.c.snoozed_until)).where(supporter.c.id.in_([loser, winner])).scalar_subquery()
    older = select(func.min(supporter.c.joined_at)).where(supporter.c.id.in_([loser, winner])).scalar_subquery()
    died = select(func.min(supporter.c.deceased_at)).where(supporter.c.id.in_([loser, winner])).scalar_subquery()
    arm_of = func.coalesce(supporter.c.arm_of, winner)
    answered = select(supporter.c.adult, supporter.c.adult_at).where(supporter.c.id.in_([loser, winner]))
    answers = (await conn.execute(answered.where(supporter.c.adult.is_not(None)))).all()
    adult, adult_at = min((tuple(row) for row in answers), default=(None, None))  # the stricter one
    changes = {"snoozed_until": both, "joined_at": older, "deceased_at": died, "arm_of": arm_of}
    changes |= {"adult": adult, "adult_at": adult_at}
    await conn.execute(update(supporter).where(supporter.c.id == winner).values(**changes))


# --- erasing --------------------------------------------------------------------------------------
async def merged_ids(conn: AsyncConnection, supporter_id: int) -> list[int]:
    """Return the ids of a person: the supporter that remains and all that were merged into it."""
    here = select(func.coalesce(supporter.c.merged_into, supporter.c.id)).where(supporter.c.id == supporter_id)
    root = here.scalar_subquery()
    query = select(supporter.c.id).where((supporter.c.id == root) | (supporter.c.merged_into == root))
    return list((await conn.execute(query.order_by(supporter.c.id))).scalars())


async def erase(conn: AsyncConnection, ids: Sequence[int], at: datetime) -> None:
    """Erase everything that identifies or reaches a person; keep what the ledger and the tree need, without names.

    Address rows stay, since messages refer to them, but no longer identify anyone: a person who returns is new.
    """
    mine = select(address.c.id).where(address.c.supporter_id.in_(ids))
    await _erase_messages(conn, ids, mine)
    for table in (preference, preference_change, link_code, circle_shown, name_hidden):
        await conn.execute(delete(table).where(table.c.supporter_id.in_(ids)))
    await gifts.forget(conn, ids)
    await conn.execute(update(referral).where(referral.c.supporter_id.in_(ids)).values(candidates=[]))
    said_at = func.coalesce(notice.c.said_at, literal(at, Utc()))  # pending notices to staff are dropped
    for ident in ids:
        await conn.execute(update(notice).where(of_kind("words", f"words:{ident}:")).values(args={}, said_at=said_at))
    nobody: dict[str, Any] = {"reachable": False, "unreachable_since": at, "wrote_at": None, "time_zone": None}
    nobody |= {"awaits": None, "awaits_until": None, "installed_at": None, "dm_channel": None}
    for address_id in (await conn.execute(mine)).scalars().all():
        row = address.c.id == address_id
        await conn.execute(update(address).where(row).values(**nobody, external_id=f"{ERASED}{address_id}"))
    changes = {"erased_at": at, "next_nudge_at": None, "snoozed_until": None, "deceased_at": None}
    changes |= {"adult": None, "adult_at": None}
    await conn.execute(update(supporter).where(supporter.c.id.in_(ids)).values(**changes))


async def _erase_messages(conn: AsyncConnection, ids: Sequence[int], addresses: Any) -> None:
    theirs = delivery.c.address_id.in_(addresses)
    await conn.execute(delete(relay).where(relay.c.delivery_id.in_(select(delivery.c.id).where(theirs))))
    dropped = case((delivery.c.state.in_(_NOT_SENT), State.DROPPED.value), else_=delivery.c.state)
    await conn.execute(update(delivery).where(theirs).values(args={}, state=dropped))
    await conn.execute(delete(private_answer).where(private_answer.c.address_id.in_(addresses)))
    dropped = case((recipient.c.state.in_(_NOT_SENT), State.DROPPED.value), else_=recipient.c.state)
    nameless = {"external_id": "", "chat_id": None, "message_id": None, "state": dropped}
    await conn.execute(update(recipient).where(recipient.c.supporter_id.in_(ids)).values(**nameless))
