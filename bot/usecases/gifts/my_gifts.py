"""`/mygifts`: a donor's gifts with their state and Stripe's receipts."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.gifts import Gift
from bot.domain.ids import time_of
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.usecases.context import Context, local_day
from bot.usecases.core.cases import awaits_staff
from bot.usecases.gifts import again
from bot.usecases.gifts.again import Again
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import gifts_list as messages
from payments.ledger import State
from payments.money import Money

_SHOWN = messages.MAX_GIFTS


async def show(ctx: Context, supporter: Supporter) -> Reply:
    """Handle `/mygifts`: the newest gifts, and the year's total (net of refunds, in the charity's time zone)."""
    today = ctx.clock().astimezone(ZoneInfo(ctx.zone))
    new_year = datetime(today.year, 1, 1, tzinfo=ZoneInfo(ctx.zone))
    async with ctx.db.read() as conn:
        mine = await gifts.of_supporter(conn, supporter.id, _SHOWN)
        totals, count = await gifts.counted_since(conn, supporter.id, new_year)
        same = await _again(ctx, conn, supporter, mine)
        campaigns = await campaign_rows.by_ids(conn, {gift.campaign_id for gift in mine})
    names = {c.id: c.authored.name.get(supporter.locale) for c in campaigns.values()}
    view = messages.MyGiftsView(
        charity=ctx.charity,
        gifts=tuple(_line(ctx, gift, names[gift.campaign_id]) for gift in mine),
        year=today.year,
        year_totals=tuple(totals),
        more=max(0, count - len(mine)),
        confirm=next((confirm_tap(gift) for gift in mine if may(gift.standing, Right.CONFIRM)), None),
        again=messages.AgainView(money=same.money, campaign=same.campaign.authored, tap=same.tap) if same else None,
        give=Tap(action="see"),
    )
    return Reply(card=messages.my_gifts(ctx.catalog, supporter.locale, view))


async def _again(ctx: Context, conn: Connection, supporter: Supporter, mine: Sequence[Gift]) -> Again | None:
    """Return how to give the same again as with the newest single gift; None while staff look into something."""
    newest = next((gift for gift in mine if gift.book.pledge is None), None)
    if newest is None or await awaits_staff(ctx, conn, supporter.id):
        return None
    return await again.of_gift(ctx, conn, supporter, newest)


def confirm_tap(gift: Gift) -> Tap:
    """Return the button that explains how to confirm a gift."""
    return Tap(action=f"mo:confirm:{gift.book.pledge}" if gift.book.pledge else f"mine:{gift.id}")


def _line(ctx: Context, gift: Gift, campaign_name: str) -> messages.GiftLine:
    state = gift.book.state
    shown: messages.GiftState = "pending" if state is State.EXPECTED else state.value  # type: ignore[assignment]
    if not may(gift.standing, Right.DATES):  # show only what they were thanked for, not what happened to it later
        shown = "unproved"
    return messages.GiftLine(
        on=local_day(ctx, gift.book.paid_at or time_of(gift.id)),
        campaign_name=campaign_name,
        money=Money(gift.book.amount, gift.book.currency),
        state=shown,
        refunded=gift.book.refunded if gift.book.refunded.is_positive else None,
        receipt_url=gift.receipt_url if may(gift.standing, Right.RECEIPT) else None,
    )
