"""Messages between supporters and staff: who is blocked, replies on their way; and the cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Table, Text, cast, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Origin, PlatformName
from bot.store.campaigns.places import STAFF
from bot.store.campaigns.tables import place
from bot.store.core.outbox import State
from bot.store.core.tables import delivery, notice
from bot.store.db import insert_or_ignore
from bot.store.gifts.tables import error_case, gift
from bot.store.inbox.tables import blocked, name_hidden, relay, reply_origin
from bot.store.staff.tables import staff
from bot.store.supporters.tables import supporter

RELAYED = "relayed"  # the message of a delivery that carries a staff reply
CORRECTED = "relayed_fix"  # the same, in place of an earlier one
_WITH_WORDS = ("words", "reply_lost")  # notices that contain what a person wrote
_NOT_LEFT = (State.WAITING, State.HELD, State.PARKED)
_OPEN = (*_NOT_LEFT, State.SENDING)


# --- messages of supporters -----------------------------------------------------------------------
async def is_read(conn: AsyncConnection) -> bool:
    """Whether there is an inbox, or a staff member other than by a Discord role, to read messages."""
    places = select(place.c.id).where(place.c.purpose == STAFF, place.c.lost_at.is_(None))
    people = select(staff.c.id).where(staff.c.removed_at.is_(None), staff.c.role_guild.is_(None))
    return bool((await conn.execute(select(places.exists() | people.exists()))).scalar_one())


async def erase_old_messages(conn: AsyncConnection, before: datetime) -> None:
    """Erase messages from before then (UTC), including those that staff never read, and where replies were written."""
    await conn.execute(delete(reply_origin).where(reply_origin.c.at < before))
    present = cast(notice.c.args, Text) != "{}"  # skip rows that are erased already
    old = notice.c.kind.in_(_WITH_WORDS) & (notice.c.made_at < before) & present
    await conn.execute(update(notice).where(old, notice.c.said_at.is_(None)).values(said_at=before))
    await conn.execute(update(notice).where(old).values(args={}))
    ids = list((await conn.execute(select(relay.c.delivery_id).where(relay.c.at < before))).scalars())
    await erase_relays(conn, ids)


# --- blocked supporters, hidden names -------------------------------------------------------------
async def is_blocked(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether a supporter's messages no longer reach staff."""
    return await _has(conn, blocked, supporter_id)


async def block(conn: AsyncConnection, supporter_id: int, by: int | None, at: datetime) -> None:
    """Stop a supporter's messages from reaching staff; nothing else changes for them."""
    await _put(conn, blocked, supporter_id, by, at)


async def unblock(conn: AsyncConnection, supporter_id: int) -> None:
    """Let a supporter's messages reach staff again."""
    await conn.execute(delete(blocked).where(blocked.c.supporter_id == supporter_id))


async def is_name_hidden(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether staff hid a supporter's name in public. Check this, besides consent, before naming anyone."""
    return await _has(conn, name_hidden, supporter_id)


async def hide_name(conn: AsyncConnection, supporter_id: int, by: int | None, at: datetime) -> None:
    """Hide a supporter's name in public, whatever they agreed to."""
    await _put(conn, name_hidden, supporter_id, by, at)


async def show_name(conn: AsyncConnection, supporter_id: int) -> None:
    """Let a supporter's own preference about their name apply again."""
    await conn.execute(delete(name_hidden).where(name_hidden.c.supporter_id == supporter_id))


async def _has(conn: AsyncConnection, table: Table, supporter_id: int) -> bool:
    query = select(table.c.at).where(table.c.supporter_id == supporter_id)
    return (await conn.execute(query)).first() is not None


async def _put(conn: AsyncConnection, table: Table, supporter_id: int, by: int | None, at: datetime) -> None:
    row = {"supporter_id": supporter_id, "by": by, "at": at}
    await conn.execute(insert_or_ignore(conn, table), [row])


# --- replies on their way -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A staff reply and the state of its delivery. `text` is what they wrote."""

    delivery_id: int
    state: State
    text: str


async def track_relay(conn: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """Track a staff reply until the outcome of its delivery is known."""
    await conn.execute(insert_or_ignore(conn, relay), [{"delivery_id": delivery_id, "at": at}])


async def change_relay(conn: AsyncConnection, delivery_id: int, text: str) -> bool:
    """Replace the text of a reply that has not left yet; return False if it has."""
    waits = (delivery.c.id == delivery_id) & delivery.c.state.in_(_NOT_LEFT)
    return (await conn.execute(update(delivery).where(waits).values(args={"text": text}))).rowcount == 1


async def may_have_arrived(conn: AsyncConnection, delivery_id: int) -> bool:
    """Whether a supporter may have read this reply; old deliveries are deleted, and have arrived."""
    state = (await conn.execute(select(delivery.c.state).where(delivery.c.id == delivery_id))).scalar_one_or_none()
    return state not in (State.FAILED, State.UNREACHABLE, State.DROPPED)


async def finished_relays(conn: AsyncConnection, limit: int) -> list[Relay]:
    """Return replies whose delivery has ended.

    Two queries, since with small tables the planner may scan all deliveries.
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
    """Erase the texts of these replies and stop tracking them."""
    await conn.execute(update(delivery).where(delivery.c.id.in_(delivery_ids)).values(args={}))
    await conn.execute(delete(relay).where(relay.c.delivery_id.in_(delivery_ids)))


# --- where replies were written -------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOrigin:
    """What became of a reply that staff wrote: its newest draft, and its newest delivery if it was sent."""

    about: str  # ib:<notice> or cs:<case>
    draft_id: int
    delivery_id: int | None


async def reply_written_in(conn: AsyncConnection, platform: PlatformName, origin: Origin) -> ReplyOrigin | None:
    """Return the reply that was written in a message, or None."""
    columns = (reply_origin.c.about, reply_origin.c.draft_id, reply_origin.c.delivery_id)
    row = (await conn.execute(select(*columns).where(_written_in(platform, origin)))).mappings().first()
    return None if row is None else ReplyOrigin(**row)


async def note_reply_written(
    conn: AsyncConnection, platform: PlatformName, origin: Origin, about: str, draft_id: int, at: datetime
) -> None:
    """Record the draft of a reply written in a message; of an edited message, the newest one."""
    values = {"about": about, "draft_id": draft_id}
    changed = await conn.execute(update(reply_origin).where(_written_in(platform, origin)).values(**values))
    if not changed.rowcount:
        row = {"platform": platform, "chat_id": origin.chat, "message_id": origin.message, "at": at, **values}
        await conn.execute(insert(reply_origin).values(**row))


async def note_reply_sent(conn: AsyncConnection, platform: PlatformName, origin: Origin, delivery_id: int) -> None:
    """Record the newest delivery of a reply written in a message."""
    sent = update(reply_origin).where(_written_in(platform, origin)).values(delivery_id=delivery_id)
    await conn.execute(sent)


def _written_in(platform: PlatformName, origin: Origin) -> ColumnElement[bool]:
    where = (reply_origin.c.platform == platform) & (reply_origin.c.chat_id == origin.chat)
    return where & (reply_origin.c.message_id == origin.message)


# --- cases ----------------------------------------------------------------------------------------
async def case(conn: AsyncConnection, case_id: int) -> Mapping[str, Any] | None:
    """Return a case, open or closed, or None."""
    row = (await conn.execute(select(error_case).where(error_case.c.id == case_id))).mappings().first()
    return None if row is None else dict(row)


async def has_open_case(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether a supporter reported something that is still open, or a case about one of their gifts is."""
    is_open = error_case.c.closed_at.is_(None)
    reported = select(error_case.c.id).where(error_case.c.supporter_id == supporter_id, is_open)
    about = select(error_case.c.id).join(gift, gift.c.id == error_case.c.gift_id)
    of_theirs = about.where(gift.c.supporter_id == supporter_id, is_open)
    return bool((await conn.execute(select(reported.exists() | of_theirs.exists()))).scalar_one())


async def is_unanswered(conn: AsyncConnection, supporter_id: int, since: datetime) -> bool:
    """Whether staff have a supporter's message from after then (UTC), and have not answered the latest one."""
    them = (supporter.c.id == supporter_id) | (supporter.c.merged_into == supporter_id)
    key = literal("words:") + cast(supporter.c.id, String) + ":%"
    theirs = select(notice.c.args).join(supporter, notice.c.key.like(key)).where(them)
    recent = theirs.where(notice.c.kind == "words", notice.c.made_at >= since)
    latest = (await conn.execute(recent.order_by(notice.c.made_at.desc(), notice.c.id.desc()).limit(1))).scalar()
    return bool(latest and not latest.get("answered"))


async def open_case_about(conn: AsyncConnection, supporter_id: int, kind: str, at: datetime) -> tuple[int, bool]:
    """Return the id of the open case of this kind about a supporter and no gift; True if it was opened just now."""
    mine = (error_case.c.supporter_id == supporter_id) & (error_case.c.kind == kind) & error_case.c.gift_id.is_(None)
    found = await conn.execute(select(error_case.c.id).where(mine, error_case.c.closed_at.is_(None)))
    if (known := found.scalars().first()) is not None:
        return int(known), False
    made = await conn.execute(insert(error_case).values(supporter_id=supporter_id, kind=kind, opened_at=at))
    (number,) = made.inserted_primary_key or (0,)
    return int(number), True


async def close_case(conn: AsyncConnection, case_id: int, at: datetime) -> bool:
    """Close a case; return False if it was closed already or does not exist."""
    open_one = (error_case.c.id == case_id) & error_case.c.closed_at.is_(None)
    return (await conn.execute(update(error_case).where(open_one).values(closed_at=at))).rowcount == 1


async def reopen_case(conn: AsyncConnection, case_id: int, at: datetime) -> None:
    """Reopen a closed case, because the same was reported again."""
    closed = (error_case.c.id == case_id) & error_case.c.closed_at.is_not(None)
    await conn.execute(update(error_case).where(closed).values(closed_at=None, opened_at=at))
