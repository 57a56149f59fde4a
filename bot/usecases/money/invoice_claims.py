"""Proof of a monthly gift whose payment page is long gone: the number of its newest invoice or receipt.

Stripe shows it in e-mails to the payer and behind its login page, which requires a code by e-mail; nobody else has it.
The numbers of one payer's invoices are consecutive. Before proofs, anyone thanked for a monthly gift could read its
receipts and so guess the newest invoice number. For those gifts only the receipt number counts, which is random, and
only for a payment after they were asked to confirm, since no receipt has been shown since then.
"""

import hmac
import re
from collections.abc import Iterable

from bot.domain.gifts import Gift, Pledge
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.gifts import gifts
from bot.store.monthly import pledges as pledge_rows
from bot.store.nudges import impact_updates
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from payments.pledges import PayersNumbers
from payments.stripe import GatewayError

NUMBER = re.compile(r"[A-Z0-9]{4,12}-[0-9]{4,6}", re.IGNORECASE)


ASK_EARLIER = "pledge_confirm"  # the message that asks donors from before proofs, once


async def gift_by_number(ctx: Context, person: Supporter, typed: str) -> Gift | None:
    """Return the first gift of the monthly gift that this number proves to be theirs, or None.

    Only monthly gifts credited to them are checked, and wrong numbers are counted.
    """
    if not NUMBER.fullmatch(typed.strip()):
        return None
    async with ctx.db.read() as conn:
        pledges = [p for p in await pledge_rows.of_supporter(conn, person.id) if may(p.standing, Right.CONFIRM)]
        spent = await rate_limits.is_spent(ctx, conn, rate_limits.GUESSES, person.platform, person.external_id)
    if spent:
        return None
    for pledge in pledges:
        try:
            numbers = await ctx.gateway.payers_numbers(pledge.subscription)
        except GatewayError:
            continue
        if numbers is not None and _fits(typed.strip(), await _accepted(ctx, numbers, pledge, person.id)):
            async with ctx.db.read() as conn:
                return min(
                    await gifts.by_names(conn, [], [pledge.subscription]), key=lambda gift: gift.id, default=None
                )
    async with ctx.db.write() as conn:
        await rate_limits.spend(ctx, conn, rate_limits.GUESSES, person.platform, person.external_id)
    return None


async def _accepted(ctx: Context, numbers: PayersNumbers, pledge: Pledge, supporter_id: int) -> tuple[str | None, ...]:
    """Return the numbers that prove this monthly gift to be theirs."""
    if not pledge.legacy:
        return numbers.receipt, numbers.invoice
    async with ctx.db.read() as conn:
        asked_at = await impact_updates.recorded_at(conn, supporter_id, asked_mark(pledge.subscription))
    is_later = asked_at is not None and numbers.made_at is not None and numbers.made_at > asked_at
    return (numbers.receipt,) if is_later else ()


def _fits(typed: str, known: Iterable[str | None]) -> bool:
    typed_bytes = typed.casefold().encode()
    return any(number is not None and hmac.compare_digest(number.casefold().encode(), typed_bytes) for number in known)


def asked_mark(subscription: str) -> str:
    """Return the mark recording that the supporter of this monthly gift was asked to confirm it."""
    return f"{ASK_EARLIER}:{subscription}"
