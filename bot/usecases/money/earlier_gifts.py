"""Gifts from before proofs, whose card was not stored: looked up at Stripe once their supporter proves a card."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from bot.domain.gifts import Gift, GiftChange
from bot.store.gifts import gifts
from bot.store.giving import proofs
from bot.usecases.context import Context
from bot.usecases.giving.proofs import payer_hash, proved_by_known_payers
from bot.usecases.money.record import apply_changes
from payments.stripe import GatewayError

log = logging.getLogger(__name__)
_AT_ONCE = 10  # the newest; the next proof looks up more
_PATIENCE = 3.0  # seconds that a person waits for it
_NO_CARD = ""  # looked up, and Stripe names no card or customer


async def prove_earlier_gifts(ctx: Context, supporter_id: int) -> None:
    """Prove the supporter's earlier gifts paid by a card or customer they have proved. Ignores Stripe's errors."""
    async with ctx.db.read() as conn:
        ids = await proofs.without_payer(conn, supporter_id, _AT_ONCE)
        earlier = [gift for number in ids if (gift := await gifts.by_id(conn, number)) is not None]
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            for gift in earlier:
                await _look_up(ctx, gift)


async def _look_up(ctx: Context, gift: Gift) -> None:
    try:
        payer = await ctx.gateway.payer(gift.book.payment_intent or "")
    except GatewayError as why:
        log.info("the card of an earlier gift is not known now: %s", why)
        return
    known = (payer.fingerprint or payer.customer) if payer is not None else None
    async with ctx.db.write_money() as conn:
        now = await gifts.by_id(conn, gift.id)
        if now is None or now.payer is not None or now.supporter_id != gift.supporter_id:
            return
        noted = replace(now, payer=payer_hash(ctx, known) if known else _NO_CARD)
        changes = [GiftChange(event_id=f"obole:payer:{gift.id}", before=now, after=noted)]
        changes += (await proved_by_known_payers(ctx, conn, changes, [])).changes
        await apply_changes(ctx, conn, changes)
