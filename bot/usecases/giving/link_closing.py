"""Close a payment link at Stripe permanently, safely alongside a resume after a pause of payments.

A resume activates links that our rows call active, and checks the rows again in the transaction that ends it
(`payments_pause.tick`). So a row is recorded as closed in a transaction that finds the pause as it was before Stripe
was called: either no resume has run in between, or its last check is still to come and finds the row closed.
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
    """Deactivate a link at Stripe with a message on its page, then record it with `note`.

    Recorded after Stripe's response, so that a crash in between repeats the call. Raises GatewayError; nothing is
    recorded then.
    """
    while True:
        async with ctx.db.read() as conn:
            before = await _pause_state(conn)
        try:
            await ctx.gateway.deactivate_link(stripe_id, message)
        except LinkGone:
            log.info("link %s was gone already", stripe_id)
        async with ctx.db.write() as conn:
            if await _pause_state(conn) == before:
                await note(conn)
                return


async def _pause_state(conn: Connection) -> tuple[datetime, bool, bool] | None:
    """Return which pause or resume is in effect, and whether all links were updated at Stripe."""
    switch = await switches.read(conn, PAYMENTS)
    return None if switch is None else (switch.at, switch.on, bool(switch.value["told"]))
