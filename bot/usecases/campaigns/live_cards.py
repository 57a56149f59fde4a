"""Live cards: campaign cards that staff want in channels and groups, put there, kept up to date, taken away.

What staff ask for in chat is a row; whoever holds the platform does it here, run by the schedule. Edits wait behind all
else that leaves, so that cards never use up the pace that answers need.
"""

import asyncio
import logging
from datetime import timedelta

from bot.domain.campaigns import Campaign
from bot.domain.people import PlatformName
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.posted import PostedCard
from bot.store.core import switches
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.isolate import each
from bot.usecases.core.notify import notify_staff
from bot.usecases.giving.campaign_cards import JUST_GIVEN, shared_card
from bot.usecases.ports import (
    Gone,
    InDoubt,
    MessageRef,
    MissingPermission,
    Platform,
    Rejected,
    RetryLater,
    Unreachable,
)

log = logging.getLogger(__name__)

_REFUSED = timedelta(hours=1)  # until a place that refused us is tried again: staff may have mended it
_LOST_EDIT = timedelta(seconds=10)  # an edit whose answer was lost is made again after this
_AT_ONCE = 8  # requests on their way; with fewer, a far-away server leaves the pace unused
_MOST = 300  # cards looked at in one run


async def tick(ctx: Context, platform: Platform, *, at_most_every: timedelta) -> int:
    """Post, take away and redraw what is due on one platform; how many cards were tried. Run by the schedule."""
    return (
        await post_asked(ctx, platform)
        + await take_down(ctx, platform)
        + await refresh_cards(ctx, platform, at_most_every=at_most_every)
    )


async def forget_giving(ctx: Context) -> int:
    """A minute after a gift cards no longer say so; how many campaigns are drawn anew. Run by the schedule."""
    before = ctx.clock() - JUST_GIVEN
    async with ctx.db.read() as conn:
        turned = await switches.read(conn, switches.GIVING_LINE)
        if turned is None or not turned.on or not await campaign_rows.has_old_giving(conn, before):
            return 0
    async with ctx.db.write() as conn:
        return await campaign_rows.forget_giving(conn, before)


async def post_asked(ctx: Context, platform: Platform) -> int:
    """Post the cards that staff have asked for in chat; how many were tried."""
    async with ctx.db.read() as conn:
        waiting = await posted.asked(conn, platform.name, ctx.clock())
        campaigns = await campaign_rows.by_ids(conn, {card.campaign_id for card in waiting})

    held = {number for number, one in campaigns.items() if await staff_texts.is_campaign_held(ctx, one)}

    async def one(card: PostedCard) -> bool:
        await _post(ctx, platform, card, campaigns[card.campaign_id])
        return True

    waiting = [card for card in waiting if card.campaign_id not in held]  # staff are notified; asked for, it stays
    return await each(ctx, "cards to post", waiting, one, name=_number)


async def _post(ctx: Context, platform: Platform, card: PostedCard, campaign: Campaign) -> None:
    """Post one. From here on it is nobody else's: a crash in between must not put a second card there."""
    async with ctx.db.write() as conn:
        await posted.ask_again(conn, card.id, None)
    drawn = await shared_card(ctx, campaign, platform.name, card.locale, card.id)
    try:
        ref = await platform.post(card.chat_id, drawn, nonce=str(card.id))
    except RetryLater as why:
        async with ctx.db.write() as conn:
            await posted.ask_again(conn, card.id, ctx.clock() + timedelta(seconds=why.after))
    except InDoubt:
        pass  # it may stand there, where it works; staff can ask for another
    except (MissingPermission, Unreachable):
        async with ctx.db.write() as conn:
            await posted.ask_again(conn, card.id, ctx.clock() + _REFUSED)
            await rights_lost(ctx, conn, platform.name, card.chat_id)
    except Rejected:
        async with ctx.db.write() as conn:
            await posted.gone(conn, card.id, ctx.clock())
            await rights_lost(ctx, conn, platform.name, card.chat_id)
    else:
        async with ctx.db.write() as conn:
            await posted.shown(conn, card.id, ref.chat_id, ref.message_id, campaign.version, ctx.clock())


async def take_down(ctx: Context, platform: Platform) -> int:
    """Take away the cards that staff no longer want; how many were tried. One too old to be deleted just stays."""
    async with ctx.db.read() as conn:
        unwanted = await posted.to_take_away(conn, platform.name)

    async def one(card: PostedCard) -> bool:
        await _take_away(ctx, platform, card)
        return True

    return await each(ctx, "cards to take away", unwanted, one, name=_number)


async def _take_away(ctx: Context, platform: Platform, card: PostedCard) -> None:
    try:
        if card.message_id is not None:
            await platform.delete(MessageRef(chat_id=card.chat_id, message_id=card.message_id))
    except (RetryLater, InDoubt):
        return  # deleting twice does no harm
    except (Unreachable, Rejected) as why:
        log.warning("card %d stays in %s: %s", card.id, card.chat_id, why)
    async with ctx.db.write() as conn:
        await posted.gone(conn, card.id, ctx.clock())


def _number(card: PostedCard) -> str:
    return str(card.id)


async def refresh_cards(ctx: Context, platform: Platform, *, at_most_every: timedelta) -> int:
    """Redraw posted cards whose campaign has changed; how many were tried."""
    async with ctx.db.read() as conn:
        behind = await posted.behind(conn, platform.name, ctx.clock() - at_most_every, _MOST, ctx.clock())
        campaigns = await campaign_rows.by_ids(conn, {card.campaign_id for card, _ in behind})
    held = {number for number, one in campaigns.items() if await staff_texts.is_campaign_held(ctx, one)}
    gate = asyncio.Semaphore(_AT_ONCE)

    async def redraw(card: PostedCard) -> bool:
        await _refresh(ctx, platform, card, campaigns[card.campaign_id])
        return True

    async def one(card: PostedCard) -> None:
        async with gate:
            await each(ctx, "cards", [card], redraw, name=_number)

    cards = [card for card, _ in behind if card.campaign_id not in held]
    if cards:
        await one(cards[0])  # draws the picture and uploads it; the others use it again
        await asyncio.gather(*map(one, cards[1:]))
    return len(cards)


async def _refresh(ctx: Context, platform: Platform, card: PostedCard, campaign: Campaign) -> None:
    """Redraw one card. One that was deleted is not tried again; one that must wait holds up no other.

    Where we are refused, staff are notified once and it is tried again: they may give us the right back.
    """
    assert card.message_id is not None
    drawn = await shared_card(ctx, campaign, platform.name, card.locale, card.id)
    pause, is_gone, refused = timedelta(), False, False
    try:
        await platform.edit(MessageRef(chat_id=card.chat_id, message_id=card.message_id), drawn)
    except Gone:
        is_gone = True
    except (Unreachable, Rejected) as why:
        log.warning("card %d in %s is not redrawn: %s", card.id, card.chat_id, why)
        pause, refused = _REFUSED, True
    except RetryLater as why:
        pause = timedelta(seconds=why.after)
    except InDoubt:
        pause = _LOST_EDIT
    async with ctx.db.write() as conn:
        if is_gone:
            await posted.gone(conn, card.id, ctx.clock())
        elif pause:
            await posted.wait(conn, card.id, ctx.clock() + pause)
        else:
            await posted.shown(conn, card.id, card.chat_id, card.message_id, campaign.version, ctx.clock())
        if refused:
            await rights_lost(ctx, conn, platform.name, card.chat_id)


async def rights_lost(ctx: Context, conn: Connection, platform: PlatformName, chat_id: str) -> None:
    """We may no longer write in a place: staff are notified once, with what to do."""
    place = await places.at_chat(conn, platform, chat_id)
    if place is None:  # a card that was posted from the terminal, into a place that staff have not made known
        await notify_staff(
            ctx, conn, f"place_lost:{platform}:{chat_id}", "place_lost", title=chat_id, platform=platform
        )
    elif await places.lost(conn, place.id, ctx.clock()):
        key = f"place_lost:{place.id}:{int(ctx.clock().timestamp())}"
        await notify_staff(ctx, conn, key, "place_lost", place=place.id, title=place.title, platform=platform)
