"""The live progress of broadcasts: one message to each who is in charge, edited in place until it shows how it ended.

Where it stands is in the database, so that a restart goes on with the same message.
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
_WATCHED = (_S.PREPARING, _S.RUNNING, _S.PAUSED)  # a countdown stands where it was sent from
_OVER = (_S.STOPPED, _S.DONE, _S.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is shown the progress, or where."""

    target: str  # as the platform calls them
    locale: Locale
    is_place: bool = False


async def watchers(conn: Connection, found: Broadcast, platform: PlatformName) -> list[Watcher]:
    """Who wrote it and who approved it, where they are staff today; where nobody of them is, the staff's inbox."""
    people = await staff.current(conn, [one for one in (found.made_by, found.approved_by) if one is not None])
    if people:
        return [Watcher(one.external_id, one.locale) for one in people if one.platform == platform]
    if found.kind == "milestone":
        return []  # Obole's own word, which staff were told of
    inboxes = await places.of_purpose(conn, places.STAFF)
    return [
        Watcher(place.chat_id, "en" if place.locales == "en" else "fr", is_place=True)
        for place in inboxes
        if place.platform == platform
    ]


async def refresh(ctx: Context, platform: Platform) -> int:
    """Begin what is not watched yet, and edit what shows something old; how many messages were touched."""
    async with ctx.db.read() as conn:
        alive = await broadcasts.in_states(conn, _WATCHED)
        shown = await progress_messages.of_platform(conn, platform.name)
        wanted = [(one, watcher) for one in alive for watcher in await watchers(conn, one, platform.name)]
    watched = {(one.broadcast_id, one.target) for one in shown}
    new = [(found, watcher) for found, watcher in wanted if (found.id, watcher.target) not in watched]
    due = [message for message in shown if ctx.clock() >= message.edited_at + PAUSE]
    begun = await each(
        ctx, "progress", new, lambda one: _begin(ctx, platform, *one), name=lambda one: f"{one[0].id}/{one[1].target}"
    )
    return begun + await each(
        ctx,
        "progress",
        due,
        lambda message: _go_on(ctx, platform, message),
        name=lambda message: f"{message.broadcast_id}/{message.target}",
    )


async def _begin(ctx: Context, platform: Platform, found: Broadcast, watcher: Watcher) -> bool:
    card = await card_of(ctx, found, watcher.locale)
    write = platform.post if watcher.is_place else platform.send
    try:
        ref = await write(watcher.target, card, nonce=f"progress:{found.id}:{watcher.target}", silent=True)
    except RetryLater as why:
        log.warning("the progress of broadcast %d cannot be shown yet: %s", found.id, why)
        return False
    except (InDoubt, Unreachable, Rejected) as why:  # where it may stand already, another would be too many
        log.warning("the progress of broadcast %d cannot be shown: %s", found.id, why)
        ref = MessageRef(chat_id=watcher.target, message_id="")
    await _keep(ctx, _row(ctx, platform.name, found, ref, watcher, card))
    return bool(ref.message_id)


def _row(
    ctx: Context, platform: PlatformName, found: Broadcast, ref: MessageRef, watcher: Watcher, card: Card
) -> ProgressMessage:
    return ProgressMessage(
        broadcast_id=found.id,
        platform=platform,
        chat_id=ref.chat_id,
        message_id=ref.message_id or None,
        target=watcher.target,
        locale=watcher.locale,
        shown=_mark(card),
        edited_at=ctx.clock(),
    )


async def _go_on(ctx: Context, platform: Platform, message: ProgressMessage) -> bool:
    """Show how it stands; once it has ended that is shown for good, and the message rests."""
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, message.broadcast_id)
        assert found is not None
        still = {one.target for one in await watchers(conn, found, platform.name)}
    if message.target not in still or message.message_id is None:  # they are staff no more, or never saw it
        if found.state in _OVER or message.message_id is not None:
            await _forget(ctx, message)
        return False
    card = await card_of(ctx, found, message.locale)
    try:
        if _mark(card) != message.shown:
            await platform.edit(MessageRef(chat_id=message.chat_id, message_id=message.message_id), card)
    except (Unreachable, Rejected) as why:
        log.info("the progress of broadcast %d is shown no more: %s", found.id, why)
        await _forget(ctx, message)
        return False
    except (RetryLater, InDoubt):
        await _keep(ctx, replace(message, edited_at=ctx.clock()))
        return False
    if found.state in _OVER:
        await _forget(ctx, message)
    elif _mark(card) != message.shown:
        await _keep(ctx, replace(message, shown=_mark(card), edited_at=ctx.clock()))
    return _mark(card) != message.shown


def _mark(card: Card) -> str:
    said = [card.title, *card.lines, card.note, *(f"{b.label}={b.action}" for b in card.buttons)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


async def _keep(ctx: Context, message: ProgressMessage) -> None:
    async with ctx.db.write() as conn:
        await progress_messages.put(conn, message)


async def _forget(ctx: Context, message: ProgressMessage) -> None:
    async with ctx.db.write() as conn:
        await progress_messages.drop(conn, message)
