"""What a set of gifts costs, with a part of the transaction and without it."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from bot.domain.campaigns import Campaign
from bot.domain.gifts import ReceivedEvent
from bot.usecases.context import Context
from bot.usecases.money.record import apply_set
from payments.facts import GiftPaid
from payments.money import Money
from payments.reference import Reference, Touch, TouchKind
from tests.bench.report import median
from tests.usecase_setup import metadata

SET = 64
BLOCK = 8


async def compare(
    ctx: Context,
    campaign: Campaign,
    giver: Callable[[], int],
    without: Callable[[], AbstractContextManager[None]],
    blocks: int,
) -> dict[str, float]:
    """Return milliseconds for a set with the part and `without` it, and the share that the part adds.

    They take turns, and the share is the median over neighbours, so that a machine's changing load affects both.
    """
    timed: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * blocks + 2):
        whole = number % 2 == 0
        sets = [[paid_event(ctx, campaign, giver()) for _ in range(SET)] for _ in range(BLOCK)]
        with nullcontext() if whole else without():
            begun = time.perf_counter()
            for events in sets:
                await apply_set(ctx, events)
            took = time.perf_counter() - begun
        if number >= 2:  # the first ones build statements and fill caches
            timed[whole].append(took / BLOCK * 1_000)
    more = [with_it / without_it - 1 for with_it, without_it in zip(timed[True], timed[False], strict=True)]
    return {"set ms": median(timed[True]), "without ms": median(timed[False]), "more": median(more)}


def paid_event(ctx: Context, campaign: Campaign, supporter_id: int) -> ReceivedEvent:
    """Return the event of a gift paid now."""
    number, now = ctx.ids.new(), ctx.clock()
    fact = GiftPaid(
        event_id=f"evt_{number}",
        at=now,
        payment_intent=f"pi_{number}",
        session=f"cs_{number}",
        money=Money(500, "cad"),
        paid_at=now,
        reference=ctx.keyring.sign(Reference(supporter_id, campaign.id, Touch(TouchKind.COMMAND))),
        metadata=metadata(campaign),
    )
    return ReceivedEvent(id=fact.event_id, type="checkout.session.completed", created=now, facts=(fact,), body=b"{}")
