"""Days in which Stripe pays out to the charity's bank, and the bot reads of what."""

from __future__ import annotations

from datetime import timedelta

from bot.demo.environment import Environment
from bot.usecases.money import payouts, reconcile

_STOPS = (3, 3)  # days until money is available and until it is at the bank; Stripe itemises it after that
_READ_LATER = timedelta(minutes=15)  # movements of the last minutes are left to the next time


async def until_morning(env: Environment, days: int) -> None:
    """Advance the clock by a week or more, to 10:00 in the charity's time zone, with a payout on the way.

    What Stripe has by now is at the bank then and itemised.
    """
    await env.stripe.book_fees()
    for part in (*_STOPS, days - sum(_STOPS)):
        await env.until_morning(part)
        await env.stripe.run_payouts()
    await env.stripe.delivered()
    await env.let_pass(_READ_LATER)
    await reconcile.fetch_fees(env.app.ctx)
    await payouts.read_movements(env.app.ctx)
    await payouts.list_payouts(env.app.ctx)
