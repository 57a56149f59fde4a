"""Stripe's login page for payers: looked up hourly, and offered where only the payer may act."""

from bot.usecases.context import Context
from content.cards import Tap

LONGEST_URL = 500  # Discord's buttons take 512


async def look_up_login_page(ctx: Context) -> None:
    """Look up Stripe's login page. Run by the schedule, first at start.

    Raises GatewayError; the known page is then kept.
    """
    ctx.identity.stripe_login_url = await ctx.gateway.login_page()


def login_page(ctx: Context) -> Tap | None:
    """Return a button to Stripe's login page (code by e-mail), or None if it is switched off there."""
    url = ctx.identity.stripe_login_url
    return Tap(url=url) if url and len(url) <= LONGEST_URL else None
