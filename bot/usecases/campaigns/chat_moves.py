"""A group that became a supergroup: another chat id, and message ids that start again at 1.

One place stays one place, whichever of the two chats is heard of first. No message id of the old chat is used again: an
edit there would change whatever has the same number in the new one. So live cards are posted again, and everything else
that was sent stays as it is. Telegram says it in a message in either chat, and by refusing calls to the old one.
"""

from dataclasses import replace

from bot.domain.campaigns import CampaignState
from bot.domain.people import PlatformName
from bot.store.broadcasts import posts, progress_messages
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.places import OFF, Place
from bot.store.core import notices
from bot.store.db import Connection
from bot.store.referrals import invite_places
from bot.usecases.context import Context


async def move_chat(ctx: Context, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    """Follow a group to its new chat id; a no-op if that is done."""
    async with ctx.db.write_money() as conn:  # one at a time: the new chat may be connected at this moment
        await _move_place(conn, platform, old_chat, new_chat)
        await _move_cards(ctx, conn, platform, old_chat, new_chat)
        await posts.leave_messages(conn, platform, old_chat)
        await progress_messages.leave_messages(conn, platform, old_chat)
        await notices.leave_messages(conn, platform, old_chat, new_chat)
    ctx.wake()


async def _move_place(conn: Connection, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    before = await places.at_chat(conn, platform, old_chat)
    if before is None:
        return
    moved = replace(before, chat_id=new_chat, lost_at=None, thread_id=None)
    twin = await places.at_chat(conn, platform, new_chat)
    if twin is not None:
        moved = _joined(moved, twin)
        await posts.move_place(conn, twin.id, before.id)
        await invite_places.drop_attempt(conn, twin.id)
        await places.drop(conn, twin.id)
    await places.move(conn, moved)


def _joined(moved: Place, twin: Place) -> Place:
    """Return the place with what the new chat says. Its use is the old one, unless staff have chosen one since."""
    use = moved if twin.purpose == OFF else twin
    return replace(twin, id=moved.id, purpose=use.purpose, locales=use.locales)


async def _move_cards(ctx: Context, conn: Connection, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    """Post the live cards again in the new chat, unless the campaign is closed or has a card there already."""
    now, cards = ctx.clock(), await posted.in_chat(conn, platform, old_chat)
    await posted.end_in_chat(conn, platform, old_chat, now)
    campaigns = await campaign_rows.by_ids(conn, {card.campaign_id for card in cards})
    there = {card.campaign_id for card in await posted.in_chat(conn, platform, new_chat)}
    for card in cards:
        if card.campaign_id not in there and campaigns[card.campaign_id].state is not CampaignState.CLOSED:
            there.add(card.campaign_id)
            await posted.post_anew(conn, card, new_chat, now)
