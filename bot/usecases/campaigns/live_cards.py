"""Live cards: campaign cards in channels and groups, posted, kept up to date and removed.

Requests by staff are rows; a recurring job of each platform carries them out here. Edits have a lower priority than all
other messages, so that cards never use up the pace that replies need.
"""

import asyncio
import logging
from collections.abc import Mapping
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
    PlatformError,
    Rejected,
    RetryLater,
    TopicClosed,
    TopicDeleted,
    Unreachable,
)

log = logging.getLogger(__name__)

_REFUSED = timedelta(hours=1)  # until a place that refused us is tried again: staff may have restored the rights
_LOST_EDIT = timedelta(seconds=10)  # until an edit with an unknown result is repeated
_TOPICS = ((TopicClosed, "topic_closed"), (TopicDeleted, "topic_deleted"))
_CONCURRENCY = 8  # requests in flight; with fewer, a distant server leaves the pace unused
_MAX_CARDS = 300  # in one run


async def tick(ctx: Context, platform: Platform, *, at_most_every: timedelta) -> int:
    """Post, remove and redraw the cards due on one platform; return how many were tried. A recurring job."""
    return (
        await post_asked(ctx, platform)
        + await remove_unwanted(ctx, platform)
        + await refresh_cards(ctx, platform, at_most_every=at_most_every)
    )


async def clear_recent_giving(ctx: Context) -> int:
    """Stop mentioning gifts older than a minute; return how many campaigns are redrawn. A recurring job."""
    before = ctx.clock() - JUST_GIVEN
    async with ctx.db.read() as conn:
        switch = await switches.read(conn, switches.GIVING_LINE)
        if switch is None or not switch.on or not await campaign_rows.has_old_given_at(conn, before):
            return 0
    async with ctx.db.write() as conn:
        return await campaign_rows.clear_given_at(conn, before)


async def post_asked(ctx: Context, platform: Platform) -> int:
    """Post the cards that staff asked for in chat; return how many were tried."""
    async with ctx.db.read() as conn:
        waiting = await posted.requested(conn, platform.name, ctx.clock())
        campaigns = await campaign_rows.by_ids(conn, {card.campaign_id for card in waiting})

    held = await _held(ctx, campaigns)

    async def post(card: PostedCard) -> bool:
        await _post(ctx, platform, card, campaigns[card.campaign_id])
        return True

    ready = [card for card in waiting if card.campaign_id not in held]  # staff are notified; the others keep waiting
    return await each(ctx, "cards to post", ready, post, name=_card_number)


async def _held(ctx: Context, campaigns: Mapping[int, Campaign]) -> set[int]:
    """Return the ids of campaigns that wait because a text links to a site that is not allowed."""
    return {number for number, campaign in campaigns.items() if await staff_texts.is_campaign_held(ctx, campaign)}


async def _post(ctx: Context, platform: Platform, card: PostedCard, campaign: Campaign) -> None:
    """Post one card. It is marked as started first, so that a crash in between never leads to a second card."""
    async with ctx.db.write() as conn:
        await posted.set_requested_at(conn, card.id, None)
        place = await places.at_chat(conn, platform.name, card.chat_id)
    drawn = await shared_card(ctx, campaign, platform.name, card.locale, card.id)
    thread = place.thread_id if place is not None else None
    try:
        ref = await platform.post(card.chat_id, drawn, nonce=str(card.id), thread=thread)
    except RetryLater as error:
        async with ctx.db.write() as conn:
            await posted.set_requested_at(conn, card.id, ctx.clock() + timedelta(seconds=error.after))
    except InDoubt:
        pass  # it may have been posted, and then its buttons work; staff can ask for another
    except (MissingPermission, Unreachable) as error:
        async with ctx.db.write() as conn:
            await posted.set_requested_at(conn, card.id, ctx.clock() + _REFUSED)
            await record_lost_rights(ctx, conn, platform.name, card.chat_id, error)
    except Rejected as error:
        async with ctx.db.write() as conn:
            await posted.mark_gone(conn, card, ctx.clock())
            await record_lost_rights(ctx, conn, platform.name, card.chat_id, error)
    else:
        async with ctx.db.write() as conn:
            await posted.mark_shown(conn, card.id, ref.chat_id, ref.message_id, campaign.version, ctx.clock())


async def remove_unwanted(ctx: Context, platform: Platform) -> int:
    """Remove the cards that staff no longer want; return how many were tried. Cards too old to be deleted stay."""
    async with ctx.db.read() as conn:
        unwanted = await posted.to_remove(conn, platform.name)

    async def remove(card: PostedCard) -> bool:
        await _remove(ctx, platform, card)
        return True

    return await each(ctx, "cards to take away", unwanted, remove, name=_card_number)


async def _remove(ctx: Context, platform: Platform, card: PostedCard) -> None:
    try:
        if card.message_id is not None:
            await platform.delete(MessageRef(chat_id=card.chat_id, message_id=card.message_id))
    except (RetryLater, InDoubt):
        return  # the next run repeats it: deleting twice does no harm
    except (Unreachable, Rejected) as error:
        log.warning("card %d stays where it is: %s", card.id, error)
    async with ctx.db.write() as conn:
        await posted.mark_gone(conn, card, ctx.clock())


def _card_number(card: PostedCard) -> str:
    return str(card.id)


async def refresh_cards(ctx: Context, platform: Platform, *, at_most_every: timedelta) -> int:
    """Redraw posted cards whose campaign has changed; return how many were tried."""
    async with ctx.db.read() as conn:
        outdated = await posted.outdated(conn, platform.name, ctx.clock() - at_most_every, _MAX_CARDS, ctx.clock())
        campaigns = await campaign_rows.by_ids(conn, {card.campaign_id for card, _ in outdated})
    held = await _held(ctx, campaigns)
    gate = asyncio.Semaphore(_CONCURRENCY)

    async def redraw(card: PostedCard) -> bool:
        await _refresh(ctx, platform, card, campaigns[card.campaign_id])
        return True

    async def redraw_one(card: PostedCard) -> None:
        async with gate:
            await each(ctx, "cards", [card], redraw, name=_card_number)

    cards = [card for card, _ in outdated if card.campaign_id not in held]
    if cards:
        await redraw_one(cards[0])  # draws and uploads the picture, which the others reuse
        await asyncio.gather(*map(redraw_one, cards[1:]))
    return len(cards)


async def _refresh(ctx: Context, platform: Platform, card: PostedCard, campaign: Campaign) -> None:
    """Redraw one card. A deleted card is not tried again; a card that must wait delays no other.

    If the bot lacks the right, staff are notified once and the card is retried, since they may restore it.
    """
    assert card.message_id is not None
    drawn = await shared_card(ctx, campaign, platform.name, card.locale, card.id)
    pause, is_gone = timedelta(), False
    refused: Rejected | Unreachable | None = None
    try:
        await platform.edit(MessageRef(chat_id=card.chat_id, message_id=card.message_id), drawn)
    except Gone:
        is_gone = True
    except (Unreachable, Rejected) as error:
        log.warning("card %d is not redrawn: %s", card.id, error)
        pause, refused = _REFUSED, error
    except RetryLater as error:
        pause = timedelta(seconds=error.after)
    except InDoubt:
        pause = _LOST_EDIT
    async with ctx.db.write() as conn:
        if is_gone:
            await posted.mark_gone(conn, card, ctx.clock())
        elif pause:
            await posted.postpone(conn, card.id, ctx.clock() + pause)
        else:
            await posted.mark_shown(conn, card.id, card.chat_id, card.message_id, campaign.version, ctx.clock())
        if refused is not None:
            await record_lost_rights(ctx, conn, platform.name, card.chat_id, refused)


async def record_lost_rights(
    ctx: Context, conn: Connection, platform: PlatformName, chat_id: str, error: PlatformError | None = None
) -> None:
    """Record that the bot may no longer post in a place, and notify staff once with what to do.

    `error`: what the platform said; a closed or deleted topic is named.
    """
    place = await places.at_chat(conn, platform, chat_id)
    why = next((reason for kind, reason in _TOPICS if isinstance(error, kind)), "rights")
    if place is None:  # the card was posted from the terminal, into a place that staff have not connected
        await notify_staff(
            ctx, conn, f"place_lost:{platform}:{chat_id}", "place_lost", title=chat_id, platform=platform, why=why
        )
    elif await places.mark_lost(conn, place.id, ctx.clock()):
        key = f"place_lost:{place.id}:{int(ctx.clock().timestamp())}"
        await notify_staff(ctx, conn, key, "place_lost", place=place.id, title=place.title, platform=platform, why=why)
