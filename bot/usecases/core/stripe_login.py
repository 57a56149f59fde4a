"""Stripe's page where a payer signs in: looked up hourly, and offered where only the payer may act."""

from bot.usecases.context import Context
from content.cards import Tap

LONGEST_URL = 500  # Discord's buttons take 512


async def look_up_login_page(ctx: Context) -> None:
    """Ask Stripe where payers sign in. Run by the schedule, first at start. Raises GatewayError; then the page that was
    known stays.
    """
    ctx.identity.stripe_login_url = await ctx.gateway.login_page()


def login_page(ctx: Context) -> Tap | None:
    """Stripe's page where a payer signs in with a code by e-mail; None while it is switched off there."""
    url = ctx.identity.stripe_login_url
    return Tap(url=url) if url and len(url) <= LONGEST_URL else None
