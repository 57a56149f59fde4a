"""Live progress of broadcasts: one message to each person in charge, edited in place until the broadcast ends.

The messages are stored in the database, so that after a restart the same ones are edited.
"""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.people import Locale, PlatformName
from bot.store.broadcasts import broadcasts, progress_messages
from bot.store.broadcasts.progress_messages import ProgressMessage
from bot.store.campaigns import places
from bot.store.db import Connection
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core.isolate import each
from bot.usecases.ports import InDoubt, MessageRef, Platform, Rejected, RetryLater, Unreachable
from bot.usecases.staff.broadcasts.live import card_of
from content.cards import Card

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=3)  # between two edits of one message
_S = BroadcastState
_WATCHED = (_S.PREPARING, _S.RUNNING, _S.PAUSED)  # a countdown is shown where the broadcast was submitted
_ENDED = (_S.STOPPED, _S.DONE, _S.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Watcher:
    """A person or place that is shown the progress."""

    target: str  # the platform's id
    locale: Locale
    is_place: bool = False
    thread: str | None = None


async def watchers(conn: Connection, broadcast: Broadcast, platform: PlatformName) -> list[Watcher]:
    """Return the author and the approver if they are still staff, or else the staff's inboxes."""
    in_charge = await staff.current(conn, [i for i in (broadcast.made_by, broadcast.approved_by) if i is not None])
    if in_charge:
        return [Watcher(member.external_id, member.locale) for member in in_charge if member.platform == platform]
    if broadcast.kind == "milestone":
        return []  # sent automatically; staff got a notice
    inboxes = await places.of_purpose(conn, places.STAFF)
    return [
        Watcher(place.chat_id, "en" if place.locales == "en" else "fr", is_place=True, thread=place.thread_id)
        for place in inboxes
        if place.platform == platform
    ]


async def refresh(ctx: Context, platform: Platform) -> int:
    """Send missing progress messages and edit outdated ones; return how many were sent or edited."""
    async with ctx.db.read() as conn:
        active = await broadcasts.in_states(conn, _WATCHED)
        messages = await progress_messages.of_platform(conn, platform.name)
        wanted = [(broadcast, w) for broadcast in active for w in await watchers(conn, broadcast, platform.name)]
    existing = {(message.broadcast_id, message.target) for message in messages}
    new = [(broadcast, w) for broadcast, w in wanted if (broadcast.id, w.target) not in existing]
    due = [message for message in messages if ctx.clock() >= message.edited_at + PAUSE]
    begun = await each(
        ctx,
        "progress",
        new,
        lambda pair: _begin(ctx, platform, *pair),
        name=lambda pair: f"{pair[0].id}/{pair[1].target}",
    )
    return begun + await each(
        ctx,
        "progress",
        due,
        lambda message: _update(ctx, platform, message),
        name=lambda message: f"{message.broadcast_id}/{message.target}",
    )


async def _begin(ctx: Context, platform: Platform, broadcast: Broadcast, watcher: Watcher) -> bool:
    card = await card_of(ctx, broadcast, watcher.locale)
    nonce = f"progress:{broadcast.id}:{watcher.target}"
    try:
        if watcher.is_place:
            ref = await platform.post(watcher.target, card, nonce=nonce, silent=True, thread=watcher.thread)
        else:
            ref = await platform.send(watcher.target, card, nonce=nonce, silent=True)
    except RetryLater as error:
        log.warning("the progress of broadcast %d cannot be shown yet: %s", broadcast.id, error)
        return False
    except (InDoubt, Unreachable, Rejected) as error:  # it may have been sent, so it is not sent again
        log.warning("the progress of broadcast %d cannot be shown: %s", broadcast.id, error)
        ref = MessageRef(chat_id=watcher.target, message_id="")
    await _store(ctx, _row(ctx, platform.name, broadcast, ref, watcher, card))
    return bool(ref.message_id)


def _row(
    ctx: Context, platform: PlatformName, broadcast: Broadcast, ref: MessageRef, watcher: Watcher, card: Card
) -> ProgressMessage:
    return ProgressMessage(
        broadcast_id=broadcast.id,
        platform=platform,
        chat_id=ref.chat_id,
        message_id=ref.message_id or None,
        target=ref.chat_id if watcher.is_place else watcher.target,
        locale=watcher.locale,
        shown=_hash(card),
        edited_at=ctx.clock(),
    )


async def _update(ctx: Context, platform: Platform, message: ProgressMessage) -> bool:
    """Show the current state; return whether it changed. After the end, the message is not edited again."""
    async with ctx.db.read() as conn:
        broadcast = await broadcasts.get(conn, message.broadcast_id)
        assert broadcast is not None
        targets = {watcher.target for watcher in await watchers(conn, broadcast, platform.name)}
    if message.target not in targets or message.message_id is None:  # no longer staff, or it was never shown
        if broadcast.state in _ENDED or message.message_id is not None:
            await _forget(ctx, message)
        return False
    card = await card_of(ctx, broadcast, message.locale)
    try:
        if _hash(card) != message.shown:
            await platform.edit(MessageRef(chat_id=message.chat_id, message_id=message.message_id), card)
    except (Unreachable, Rejected) as error:
        log.info("the progress of broadcast %d is no longer shown: %s", broadcast.id, error)
        await _forget(ctx, message)
        return False
    except (RetryLater, InDoubt):
        await _store(ctx, replace(message, edited_at=ctx.clock()))
        return False
    if broadcast.state in _ENDED:
        await _forget(ctx, message)
    elif _hash(card) != message.shown:
        await _store(ctx, replace(message, shown=_hash(card), edited_at=ctx.clock()))
    return _hash(card) != message.shown


def _hash(card: Card) -> str:
    content = [card.title, *card.lines, card.note, *(f"{b.label}={b.action}" for b in card.buttons)]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


async def _store(ctx: Context, message: ProgressMessage) -> None:
    async with ctx.db.write() as conn:
        await progress_messages.put(conn, message)


async def _forget(ctx: Context, message: ProgressMessage) -> None:
    async with ctx.db.write() as conn:
        await progress_messages.drop(conn, message)
