"""Handlers for `/payouts`: the latest payouts, and what each consists of.

Buttons: `py:` lists them, `py:<Stripe's id>` shows one.
"""

from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.reports.payouts import PaidOut
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.reports import payouts
from content.cards import Card, Tap
from content.messages import payouts as messages
from content.messages.payouts import PayoutRow

_SHOWN = 4  # rows: Discord has five
_FINDABLE = 60


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/payouts`: list the latest ones."""
    return Reply(card=await _list(ctx, person))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button; one of a payout that is no longer among the latest lists these."""
    chosen = next((one for one in await payouts.latest(ctx, _FINDABLE) if one.payout.id == argument), None)
    card = await _list(ctx, person) if chosen is None else _detail(ctx, person, chosen)
    return Reply(card=card, mode="edit")


async def _list(ctx: Context, person: Member) -> Card:
    latest = await payouts.latest(ctx, _SHOWN)
    async with ctx.db.read() as conn:
        bank = await payouts.in_the_bank(ctx, conn)
    left = [one.at_stripe for one in bank.values() if one.at_stripe is not None]
    return messages.payouts(ctx.catalog, person.locale, [_row(ctx, one) for one in latest], left, Tap(action="go:team"))


def _detail(ctx: Context, person: Member, one: PaidOut) -> Card:
    return messages.payout(
        ctx.catalog,
        person.locale,
        _row(ctx, one),
        payouts.parts_of(one),
        by_hand=not one.payout.automatic,
        back=Tap(action="py:"),
    )


def _row(ctx: Context, one: PaidOut) -> PayoutRow:
    payout = one.payout
    return PayoutRow(
        money=payout.money,
        day=payout.arrives_on,
        state=payouts.state_of(payout, ctx.clock()),
        gifts=None if one.parts is None else one.parts.gifts,
        choose=Tap(action=f"py:{payout.id}"),
    )
