"""Gifts for tests and simulations, written by the product's own rules."""

from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.usecases.context import Context, local_day
from bot.usecases.money.record import apply_changes
from payments import ledger
from payments.facts import GiftFailed, GiftPaid, GiftPending, GiftRefunded
from payments.money import Money
from payments.reference import Touch, TouchKind

COMMAND = Touch(TouchKind.COMMAND)


async def give(
    ctx: Context,
    campaign: Campaign,
    supporter_id: int | None,
    minor: int = 500,
    *,
    touch: Touch = COMMAND,
    pledge: str | None = None,
    proved: bool = True,
) -> Gift:
    """Write a gift paid now. `pledge`: the monthly gift it belongs to. `proved`: known to be its supporter's."""
    made = paid(ctx, campaign, supporter_id, minor, touch=touch)
    claimed_at = ctx.clock() if proved and supporter_id is not None else None
    made = replace(made, book=replace(made.book, pledge=pledge), claimed_at=claimed_at)
    await write(ctx, [GiftChange(event_id=f"evt_{made.id}", before=None, after=made)])
    return made


def paid(
    ctx: Context, campaign: Campaign, supporter_id: int | None, minor: int, *, touch: Touch = COMMAND, code: str = ""
) -> Gift:
    """Return a gift paid now, without writing it."""
    number, now = ctx.ids.new(), ctx.clock()
    money = Money(minor, code or campaign.goal.currency)
    fact = GiftPaid(event_id=f"evt_{number}", at=now, payment_intent=f"pi_{number}", money=money, paid_at=now)
    ends_at = campaign.ends_at
    late = ends_at is not None and now >= ends_at
    book, day = ledger.apply(ledger.Gift(), fact), local_day(ctx, now)
    return Gift(
        id=number, campaign_id=campaign.id, supporter_id=supporter_id, touch=touch, late=late, book=book, day=day
    )


async def promise(
    ctx: Context, campaign: Campaign, supporter_id: int, minor: int, *, fails: bool = False, proved: bool = True
) -> Gift:
    """Write a gift by bank debit that is on its way, or has failed."""
    made, now = paid(ctx, campaign, supporter_id, minor), ctx.clock()
    session, money = f"cs_{made.id}", Money(minor, campaign.goal.currency)
    intent = made.book.payment_intent
    book = ledger.apply(
        ledger.Gift(),
        GiftPending(event_id=f"evt_{session}", at=now, payment_intent=intent, money=money, session=session),
    )
    if fails:
        fact = GiftFailed(event_id=f"evt_f{session}", at=now, payment_intent=intent, money=money, session=session)
        book = ledger.apply(book, fact)
    made = replace(made, book=book, day=None, claimed_at=now if proved else None)
    await write(ctx, [GiftChange(event_id=f"evt_{session}", before=None, after=made)])
    return made


async def refund(ctx: Context, gift: Gift, minor: int | None = None) -> Gift:
    """Refund a gift, or a part of it."""
    money = Money(minor or gift.book.amount, gift.book.currency)
    fact = GiftRefunded(
        event_id=f"evt_re_{gift.id}",
        at=ctx.clock(),
        payment_intent=gift.book.payment_intent,
        refund_id=f"re_{gift.id}",
        money=money,
        status="succeeded",
    )
    after = replace(gift, book=ledger.apply(gift.book, fact))
    await write(ctx, [GiftChange(event_id=fact.event_id, before=gift, after=after)])
    return after


async def write(ctx: Context, changes: list[GiftChange]) -> None:
    """Changes of gifts, with all that follows from them."""
    async with ctx.db.write_money() as conn:
        await apply_changes(ctx, conn, changes)
