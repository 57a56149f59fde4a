"""The live progress of broadcasts: one message to who began it, edited in place until it shows how it ended.

Where it stands is in the database, so that a restart goes on with the same message.
"""

import hashlib
import logging
from dataclasses import replace
from datetime import timedelta

from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.people import PlatformName
from bot.domain.staff import Member
from bot.store import broadcasts, progress_messages, staff
from bot.store.progress_messages import ProgressMessage
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, Platform, Rejected, RetryLater, Unreachable
from bot.usecases.staff.broadcast_live import card_of
from content.cards import Card

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=3)  # between two edits of one message
_S = BroadcastState
_WATCHED = (_S.PREPARING, _S.RUNNING, _S.PAUSED)  # a countdown stands where it was sent from
_OVER = (_S.STOPPED, _S.DONE, _S.WITHDRAWN)


async def refresh(ctx: Context, platform: Platform) -> int:
    """Begin what is not watched yet, and edit what shows something old; how many messages were touched."""
    async with ctx.db.read() as conn:
        alive = {one.id: one for one in await broadcasts.in_states(conn, _WATCHED)}
        shown = await progress_messages.of_platform(conn, platform.name)
        if not alive and not shown:
            return 0
        makers = await staff.by_ids(conn, [one.made_by for one in alive.values() if one.made_by is not None])
    touched = 0
    watched = {one.broadcast_id for one in shown}
    for one in alive.values():
        maker = makers.get(one.made_by) if one.made_by is not None else None
        if one.id not in watched and maker is not None and maker.platform == platform.name:
            touched += await _begin(ctx, platform, one, maker)
    for message in shown:
        if ctx.clock() >= message.edited_at + PAUSE:
            touched += await _go_on(ctx, platform, message)
    return touched


async def _begin(ctx: Context, platform: Platform, found: Broadcast, maker: Member) -> bool:
    card = await card_of(ctx, found, maker.locale)
    try:
        ref = await platform.send(maker.external_id, card, nonce=f"progress:{found.id}", silent=True)
    except (Unreachable, Rejected, RetryLater, InDoubt) as why:
        log.warning("the progress of broadcast %d cannot be shown: %s", found.id, why)
        return False
    await _keep(ctx, _row(ctx, platform.name, found, ref, maker, card))
    return True


def _row(
    ctx: Context, platform: PlatformName, found: Broadcast, ref: MessageRef, maker: Member, card: Card
) -> ProgressMessage:
    return ProgressMessage(
        broadcast_id=found.id,
        platform=platform,
        chat_id=ref.chat_id,
        message_id=ref.message_id,
        locale=maker.locale,
        shown=_mark(card),
        edited_at=ctx.clock(),
    )


async def _go_on(ctx: Context, platform: Platform, message: ProgressMessage) -> bool:
    """Show how it stands; once it has ended that is shown for good, and the message rests."""
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, message.broadcast_id)
    assert found is not None
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
