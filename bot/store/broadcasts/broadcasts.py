"""Broadcasts: their rows and results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Result, RowMapping, func, insert, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.broadcasts import Broadcast, BroadcastState, Giving, Quiet, Segment
from bot.store.broadcasts.tables import (
    broadcast,
    broadcast_opt_out,
    broadcast_post,
    broadcast_tap,
    recipient,
    recipient_sum,
)
from bot.store.core.outbox import State
from bot.store.core.tables import tap_count
from bot.store.db import insert_or_ignore
from bot.store.gifts.tables import BY_APPEAL, gift
from bot.store.rows import write_rows
from content.broadcast import Message
from payments.reference import TouchKind


def _read(row: RowMapping, places: tuple[int, ...]) -> Broadcast:
    plain = {name: row[name] for name in Broadcast.__dataclass_fields__ if name in row}
    return Broadcast(
        **plain
        | {
            "state": BroadcastState(row["state"]),
            "message": Message.model_validate(row["body"]),
            "segment": segment_of(row["segment"]),
            "places": places,
            "quiet": Quiet(row["quiet"]),
        }
    )


def segment_of(stored: Mapping[str, Any] | None) -> Segment | None:
    """Return the segment from its stored form."""
    if stored is None:
        return None
    giving = frozenset(Giving(group) for group in stored["giving"])
    return Segment(giving=giving, locale=stored["locale"], platform=stored["platform"])


def segment_json(segment: Segment | None) -> dict[str, Any] | None:
    """Return the stored form of a segment."""
    if segment is None:
        return None
    return {"giving": sorted(segment.giving), "locale": segment.locale, "platform": segment.platform}


async def add(
    conn: AsyncConnection, new: Broadcast, *, once_key: str | None = None, picture: bytes | None = None
) -> bool:
    """Write a new broadcast with its posts; return False, with nothing written, if the `once_key` exists."""
    values = {
        "id": new.id,
        "kind": new.kind,
        "once_key": once_key,
        "state": new.state,
        "campaign_id": new.campaign_id,
        "body": new.message.model_dump(mode="json"),
        "picture": picture,
        "segment": segment_json(new.segment),
        "quiet": new.quiet,
        "made_by": new.made_by,
        "made_at": new.made_at,
        "approved_by": new.approved_by,
        "starts_at": new.starts_at,
        "why": new.why,
    }
    written = insert_or_ignore(conn, broadcast).values(**values).returning(broadcast.c.id)
    if (await conn.execute(written)).first() is None:
        return False
    due = new.starts_at or new.made_at
    posts = [{"broadcast_id": new.id, "place_id": p, "state": State.WAITING, "due_at": due} for p in new.places]
    if posts:
        await conn.execute(insert(broadcast_post), posts)
    return True


async def get(conn: AsyncConnection, broadcast_id: int) -> Broadcast | None:
    """Return one broadcast, or None."""
    row = (await conn.execute(select(broadcast).where(broadcast.c.id == broadcast_id))).mappings().first()
    return None if row is None else (await _with_places(conn, [row]))[0]


async def latest(conn: AsyncConnection, limit: int) -> list[Broadcast]:
    """Return the newest broadcasts, the newest first."""
    rows = (await conn.execute(select(broadcast).order_by(broadcast.c.id.desc()).limit(limit))).mappings().all()
    return await _with_places(conn, rows)


async def in_states(conn: AsyncConnection, states: Sequence[BroadcastState]) -> list[Broadcast]:
    """Return broadcasts in these states, the oldest first."""
    query = select(broadcast).where(broadcast.c.state.in_(states), broadcast.c.ended_at.is_(None))
    return await _with_places(conn, (await conn.execute(query.order_by(broadcast.c.id))).mappings().all())


async def _with_places(conn: AsyncConnection, rows: Sequence[RowMapping]) -> list[Broadcast]:
    places: dict[int, list[int]] = {row["id"]: [] for row in rows}
    query = select(broadcast_post.c.broadcast_id, broadcast_post.c.place_id)
    for post in await conn.execute(query.where(broadcast_post.c.broadcast_id.in_(places))):
        places[post.broadcast_id].append(post.place_id)
    return [_read(row, tuple(sorted(places[row["id"]]))) for row in rows]


async def picture(conn: AsyncConnection, broadcast_id: int) -> bytes | None:
    """Return its picture (PNG), or None."""
    query = select(broadcast.c.picture).where(broadcast.c.id == broadcast_id)
    found: bytes | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def move(conn: AsyncConnection, read: Broadcast, to: BroadcastState, **values: Any) -> bool:
    """Change the state of a broadcast if it is still as it was read; return False if it has changed."""
    same = (broadcast.c.id == read.id) & (broadcast.c.version == read.version)
    done = await conn.execute(update(broadcast).where(same).values(state=to, version=read.version + 1, **values))
    return done.rowcount == 1


async def correct(conn: AsyncConnection, read: Broadcast, message: Message, at: datetime) -> bool:
    """Store new text; outdated copies will be edited. Return False if the broadcast has changed."""
    body = message.model_dump(mode="json")
    return await move(conn, read, read.state, body=body, revision=read.revision + 1, changed_at=at)


async def delay_starts(conn: AsyncConnection, since: datetime, until: datetime) -> None:
    """Delay the countdowns that ended at `since` or later to start at `until` or later."""
    due = (broadcast.c.starts_at >= since) & (broadcast.c.starts_at < until)
    sooner = (broadcast.c.state == BroadcastState.COUNTDOWN) & due
    await conn.execute(update(broadcast).where(sooner).values(starts_at=until, version=broadcast.c.version + 1))


async def mark_prepared(conn: AsyncConnection, broadcast_id: int, to: int) -> None:
    """Store that recipients up to this supporter are written."""
    await conn.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(prepared_to=to))


async def add_opt_out(conn: AsyncConnection, broadcast_id: int, supporter_id: int, at: datetime) -> None:
    """Store that someone opted out by the button under this message."""
    row = {"broadcast_id": broadcast_id, "supporter_id": supporter_id, "at": at}
    await write_rows(conn, broadcast_opt_out, [row], key=["broadcast_id", "supporter_id"], change=["at"])


# --- results --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Recipients that a report does not tell apart. All None: readers of posts in places."""

    locale: str | None
    platform: str | None
    part: str | None  # a Giving: their giving history when the recipient was written


_SLICE = tuple(recipient.c[name] for name in Slice.__dataclass_fields__)


def _slice(row: Any) -> Slice:
    return Slice(locale=row.locale, platform=row.platform, part=row.part)


async def outcomes(conn: AsyncConnection, broadcast_id: int) -> list[tuple[Slice, str, bool, int]]:
    """Return recipients by slice, state and whether they were asked; some groups may come in two parts."""
    by = (*_SLICE, recipient.c.state, recipient.c.asks)
    here = select(*by, func.count().label("people")).where(recipient.c.broadcast_id == broadcast_id).group_by(*by)
    of, part = recipient_sum.c, func.nullif(recipient_sum.c.part, "").label("part")
    before = select(of.locale, of.platform, part, of.state, of.asks, of.people).where(of.broadcast_id == broadcast_id)
    # In one statement, since rows may be deleted between two statements.
    found: Result[Any] = await conn.execute(union_all(here, before))
    return [(_slice(row), row.state, row.asks, int(row.people)) for row in found]


async def gifts(conn: AsyncConnection, broadcast_id: int) -> list[tuple[Slice, str, int, int]]:
    """Return gifts by this message's own links: (slice, currency, gifts, minor units)."""
    by_it = (gift.c.touch_kind == TouchKind.BROADCAST.value) & (gift.c.touch_id == broadcast_id)
    ours = text(BY_APPEAL) & by_it & (gift.c.counted > 0)
    theirs = (recipient.c.broadcast_id == broadcast_id) & (recipient.c.supporter_id == gift.c.supporter_id)
    query = (
        select(*_SLICE, gift.c.currency, func.count().label("gifts"), func.sum(gift.c.counted).label("minor"))
        .select_from(gift)
        .outerjoin(recipient, theirs)
        .where(ours)
        .group_by(*_SLICE, gift.c.currency)
    )
    return [(_slice(row), row.currency, int(row.gifts), int(row.minor)) for row in await conn.execute(query)]


async def opt_outs(conn: AsyncConnection, broadcast_id: int) -> list[tuple[Slice, int]]:
    """Return how many people opted out by its button, by slice."""
    theirs = (recipient.c.broadcast_id == broadcast_opt_out.c.broadcast_id) & (
        recipient.c.supporter_id == broadcast_opt_out.c.supporter_id
    )
    query = (
        select(*_SLICE, func.count().label("people"))
        .select_from(broadcast_opt_out)
        .outerjoin(recipient, theirs)
        .where(broadcast_opt_out.c.broadcast_id == broadcast_id)
        .group_by(*_SLICE)
    )
    return [(_slice(row), int(row.people)) for row in await conn.execute(query)]


async def taps(conn: AsyncConnection, broadcast_id: int) -> int:
    """Return the taps on its links; zero without a public address."""
    ours = (tap_count.c.touch_kind == TouchKind.BROADCAST.value) & (tap_count.c.touch_id == broadcast_id)
    return int((await conn.execute(select(func.coalesce(func.sum(tap_count.c.taps), 0)).where(ours))).scalar_one())


async def taps_by_slice(conn: AsyncConnection, broadcast_id: int) -> list[tuple[Slice, int]]:
    """Return the taps of people with their own copy, by slice."""
    query = select(broadcast_tap).where(broadcast_tap.c.broadcast_id == broadcast_id)
    return [
        (Slice(locale=row.locale, platform=row.platform, part=row.part or None), int(row.taps))
        for row in await conn.execute(query)
    ]
