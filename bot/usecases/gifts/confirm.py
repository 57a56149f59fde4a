"""Unproved single gifts: explain how to prove that one is theirs. The tap itself proves nothing."""

from bot.domain.ids import read_id, time_of
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.gifts import gifts
from bot.store.giving import own_links
from bot.usecases.context import Context
from bot.usecases.gifts import claim, my_gifts
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import monthly_confirm as messages
from payments.money import Money


async def how_to_confirm(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle `mine:<gift>`: explain how to confirm one of their single gifts; for any other, show their list."""
    gift_id = read_id(argument)
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id) if gift_id is not None else None
        theirs = gift is not None and gift.supporter_id == person.id
        if gift is None or not theirs or not may(gift.standing, Right.CONFIRM):
            campaign, own = None, False
        else:
            campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
            own = await own_links.has_code(conn, person.id, gift.id)
    if gift is None or campaign is None:
        return await my_gifts.show(ctx, person)
    in_time = ctx.clock() - time_of(gift.id) <= claim.GOOD_FOR
    view = messages.HowToConfirmGiftView(
        charity=ctx.charity,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        page=bool(ctx.public_url) and in_time,
        own=own and in_time,
        give=Tap(action=f"give:{campaign.id}:0") if campaign.is_open(ctx.clock()) else None,
    )
    return Reply(card=messages.how_to_confirm_gift(ctx.catalog, person.locale, view))
