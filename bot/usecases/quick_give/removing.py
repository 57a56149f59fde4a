"""Remove cards: those that nobody claimed or used, those removed elsewhere, and at Stripe whatever is removed here."""

from collections.abc import Iterable

from bot.domain.quick_give import CLAIM_WITHIN, DELETES_CUSTOMER, UNUSED_FOR, Card, Removal
from bot.store.db import Connection
from bot.store.quick_give import cards as rows
from bot.usecases.context import Context
from bot.usecases.core.isolate import each_at_stripe
from payments.facts import CardDetached, CustomerDeleted, Fact

_BATCH = 200


async def record_events(ctx: Context, conn: Connection, facts: Iterable[Fact]) -> None:
    """Record the cards that are gone at Stripe, also those that we did not remove."""
    told = list(facts)
    methods = [fact.payment_method for fact in told if isinstance(fact, CardDetached)]
    customers = [fact.customer for fact in told if isinstance(fact, CustomerDeleted) and fact.ours]
    if methods or customers:
        await rows.removed_at_stripe(conn, methods, customers, ctx.clock())


async def remove_due(ctx: Context) -> int:
    """Remove cards that nobody claimed within a day, or used within a year; return how many. Run by the schedule."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        unclaimed = await rows.unclaimed_since(conn, now - CLAIM_WITHIN, _BATCH)
        unused = await rows.unused_since(conn, now - UNUSED_FOR, _BATCH)
        removed = await rows.remove(conn, [card.id for card in unclaimed], Removal.UNCLAIMED, now)
        return removed + await rows.remove(conn, [card.id for card in unused], Removal.UNUSED, now)


async def remove_at_stripe(ctx: Context) -> int:
    """Remove at Stripe what was removed here; return how many cards. Run by the schedule, until Stripe has done it.

    Raises the GatewayError of an outage or a refused key.
    """
    async with ctx.db.read() as conn:
        cards = await rows.leaving(conn, _BATCH)
    return await each_at_stripe(ctx, "saved cards", cards, lambda card: _remove(ctx, card), name=lambda c: str(c.id))


async def _remove(ctx: Context, card: Card) -> bool:
    if card.session is not None and card.payment_method is None:
        await ctx.gateway.end_page(card.session)  # open perhaps, and would save a card for nobody
    if card.removed_why in DELETES_CUSTOMER and card.customer is not None:
        await ctx.gateway.delete_customer(card.customer)
    elif card.payment_method is not None:
        await ctx.gateway.detach_card(card.payment_method)
    async with ctx.db.write() as conn:
        await rows.set_gone(conn, card.id, ctx.clock())
    return True
