"""A broadcast in channels and groups: one row per place, with the state of each post."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.broadcasts import BroadcastState
from bot.domain.people import PlatformName
from bot.store.broadcasts.recipients import ENDED_BEFORE, Job, ended
from bot.store.broadcasts.tables import broadcast_post as post
from bot.store.campaigns.places import PUBLIC, Place
from bot.store.campaigns.tables import place
from bot.store.core.outbox import State, drop_values

_PLACE = tuple(place.c[name] for name in Place.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post: its place, and its message once it was sent."""

    broadcast_id: int
    place: Place
    attempts: int
    chat_id: str | None
    message_id: str | None


async def claim(
    conn: AsyncConnection, broadcast_id: int, platform: PlatformName, now: datetime, limit: int
) -> list[Post]:
    """Take the next due posts; they are `sending` until marked.

    Posts into places that staff have since excluded from posts are dropped.
    """
    waits = (post.c.broadcast_id == broadcast_id) & (post.c.state == State.WAITING)
    others = select(place.c.id).where(place.c.purpose != PUBLIC)
    closed = update(post).where(waits, post.c.place_id.in_(others))
    await conn.execute(closed.values(state=State.DROPPED, error="the place is not for posts any more", done_at=now))
    due = (post.c.state == State.WAITING) & (post.c.due_at <= now)
    found = await _posts(conn, broadcast_id, platform, due, limit)
    if found:
        await _update(conn, found, state=State.SENDING, attempts=post.c.attempts + 1)
    return found


async def mark(conn: AsyncConnection, sent: Post, **values: Any) -> None:
    """Store the outcome of a post: any of its columns."""
    await _update(conn, [sent], **values)


async def drop_waiting(conn: AsyncConnection, broadcast_id: int, why: str, now: datetime) -> None:
    """Cancel waiting posts. Posts that may have arrived stay in doubt."""
    waiting = (post.c.broadcast_id == broadcast_id) & (post.c.state == State.WAITING)
    await conn.execute(update(post).where(waiting).values(drop_values(post, why, now)))


async def drop_returned(conn: AsyncConnection, broadcast_id: int, now: datetime) -> None:
    """Cancel posts that were being sent while staff ended the broadcast and would wait again now."""
    if await ended(conn, [broadcast_id]):
        await drop_waiting(conn, broadcast_id, ENDED_BEFORE, now)


async def interrupted(conn: AsyncConnection, platform: PlatformName) -> list[Post]:
    """Return posts claimed and never marked. No other sender may be running."""
    return await _posts(conn, None, platform, post.c.state == State.SENDING, None)


async def outdated(conn: AsyncConnection, job: Job, platform: PlatformName, limit: int) -> list[Post]:
    """Return posts that do not show the current revision; for a withdrawn broadcast, all posts."""
    old = (post.c.state == State.SENT) & post.c.message_id.is_not(None)
    if job.state is not BroadcastState.WITHDRAWN:
        old &= post.c.revision < job.revision
    return await _posts(conn, job.id, platform, old, limit)


async def are_first_tries_left(conn: AsyncConnection, broadcast_id: int, platform: PlatformName, now: datetime) -> bool:
    """Return whether a due post of a platform has not been tried yet, or is being sent."""
    untried = (post.c.state == State.WAITING) & (post.c.attempts == 0) & (post.c.due_at <= now)
    left = select(post.c.place_id).join(place, place.c.id == post.c.place_id)
    left = left.where(post.c.broadcast_id == broadcast_id, place.c.platform == platform)
    return (await conn.execute(left.where(untried | (post.c.state == State.SENDING)).limit(1))).first() is not None


async def counts(conn: AsyncConnection, broadcast_id: int) -> dict[State, int]:
    """Return how many posts are in each state."""
    query = select(post.c.state, func.count()).where(post.c.broadcast_id == broadcast_id).group_by(post.c.state)
    return {State(row[0]): row[1] for row in await conn.execute(query)}


async def _posts(
    conn: AsyncConnection, broadcast_id: int | None, platform: PlatformName, which: Any, limit: int | None
) -> list[Post]:
    query = select(post.c.broadcast_id, post.c.attempts, post.c.chat_id.label("stands"), post.c.message_id, *_PLACE)
    query = query.join(place, place.c.id == post.c.place_id).where(place.c.platform == platform, which)
    if broadcast_id is not None:
        query = query.where(post.c.broadcast_id == broadcast_id)
    rows = (await conn.execute(query.order_by(post.c.due_at, place.c.id).limit(limit))).mappings()
    return [
        Post(
            broadcast_id=row["broadcast_id"],
            place=Place(**{name: row[name] for name in Place.__dataclass_fields__}),
            attempts=row["attempts"],
            chat_id=row["stands"],
            message_id=row["message_id"],
        )
        for row in rows
    ]


async def _update(conn: AsyncConnection, changed: list[Post], **values: Any) -> None:
    ids = [post_row.place.id for post_row in changed]
    rows = (post.c.broadcast_id == changed[0].broadcast_id) & post.c.place_id.in_(ids)
    await conn.execute(update(post).where(rows).values(**values))


async def leave_messages(conn: AsyncConnection, platform: PlatformName, chat_id: str) -> None:
    """Neither correct nor withdraw the posts in a chat any more, whose message ids are no longer valid."""
    there = select(place.c.id).where(place.c.platform == platform)
    here = (post.c.chat_id == chat_id) & post.c.place_id.in_(there)
    await conn.execute(update(post).where(here).values(message_id=None, error="the group became a supergroup"))


async def move_place(conn: AsyncConnection, old: int, new: int) -> None:
    """Give the posts of one place to another that is the same; of two posts of a broadcast, one that has left stays."""
    left = (State.SENDING, State.SENT, State.IN_DOUBT)
    gone = select(post.c.broadcast_id).where(post.c.place_id == old, post.c.state.in_(left))
    await conn.execute(delete(post).where(post.c.place_id == new, post.c.broadcast_id.in_(gone)))
    kept = select(post.c.broadcast_id).where(post.c.place_id == new)
    await conn.execute(delete(post).where(post.c.place_id == old, post.c.broadcast_id.in_(kept)))
    await conn.execute(update(post).where(post.c.place_id == old).values(place_id=new))
