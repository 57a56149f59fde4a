"""Close a payment link at Stripe for good, also while payments are being resumed after a pause.

A resume switches links on that our rows call active, and looks at the rows again in the transaction that ends it
(`payments_pause.tick`). So a row is noted as closed in a transaction that finds the switch as it was before Stripe was
asked: either no resume has run in between, or its last look is still to come and finds the row closed.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.store.core import switches
from bot.store.core.switches import PAYMENTS
from bot.store.db import Connection
from bot.usecases.context import Context
from payments.stripe import LinkGone

log = logging.getLogger(__name__)


async def close(ctx: Context, stripe_id: str, message: str, note: Callable[[Connection], Awaitable[None]]) -> None:
    """Let a link take no payment any more, with a message on its page, and `note` that in our rows.

    Noted after Stripe was told, so that a crash in between repeats it. Raises GatewayError; nothing is noted then.
    """
    while True:
        async with ctx.db.read() as conn:
            before = await _stage(conn)
        try:
            await ctx.gateway.deactivate_link(stripe_id, message)
        except LinkGone:
            log.info("link %s was gone already", stripe_id)
        async with ctx.db.write() as conn:
            if await _stage(conn) == before:
                await note(conn)
                return


async def _stage(conn: Connection) -> tuple[datetime, bool, bool] | None:
    """Return which pause or resume it is, and whether all links were told."""
    found = await switches.read(conn, PAYMENTS)
    return None if found is None else (found.at, found.on, bool(found.value["told"]))
