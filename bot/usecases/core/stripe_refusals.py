"""What Stripe refuses while a donor waits: it would refuse it again, so staff are notified, once a day and kind."""

import logging
from typing import Literal

from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from payments.gateway_errors import GatewayRefused, KeyRefused

log = logging.getLogger(__name__)
STRIPE_REFUSED = "stripe_refused"  # the notice
Refused = Literal["portal", "monthly"]


async def report(ctx: Context, what: Refused, why: GatewayRefused) -> None:
    """Log the refusal and notify staff. A database that fails does not keep the donor's reply back."""
    log.warning("Stripe refused %s: %s", what, why)
    try:
        async with ctx.db.write() as conn:
            key = f"{STRIPE_REFUSED}:{what}:{ctx.clock():%Y%m%d}"
            await notify_staff(ctx, conn, key, STRIPE_REFUSED, what=what, by_key=isinstance(why, KeyRefused))
    except Exception as error:
        ctx.failures.log(error, f"the notice that Stripe refused {what}")
