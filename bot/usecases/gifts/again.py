"""Giving the same again: the button's amount and campaign. Its payment link is made when it is tapped."""

from dataclasses import dataclass

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.gifts import duplicates
from bot.usecases.giving import give, minors, typed_amounts
from content.cards import Tap
from payments.ledger import State
from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """An amount that can be given again, and the campaign that takes it now."""

    campaign: Campaign
    money: Money

    @property
    def tap(self) -> Tap:
        """The button, which shows the amount with a payment link for the person who taps."""
        return give.show_tap(self.campaign, self.money.minor)


async def of_gift(ctx: Context, conn: Connection, person: Supporter, gift: Gift) -> Again | None:
    """Return how to give the same again, or None.

    A closed campaign is replaced by the newest open one of its currency. None for monthly gifts, and for gifts that
    went wrong: refunded, disputed, or perhaps made twice; also if the person may not give that much.
    """
    if gift.book.pledge is not None or await duplicates.duplicates_of(conn, gift):
        return None
    # Before a proof, nobody may see what became of a gift, not even by a missing button.
    if may(gift.standing, Right.OUTCOME) and gift.book.state is not State.PAID:
        return None
    own = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    open_now = [own] if own.is_open(ctx.clock()) else await campaign_rows.open_campaigns(conn, ctx.clock())
    campaign = next((c for c in open_now if c.goal.currency == gift.book.currency), None)
    if campaign is None:
        return None
    money = typed_amounts.check(minors.limited(campaign, person), gift.book.amount)
    return Again(campaign=campaign, money=money) if isinstance(money, Money) else None
