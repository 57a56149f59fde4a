"""Amounts based on the supporter's own gifts: only with their consent, only among active links."""

from collections.abc import Sequence

from bot.domain import asks
from bot.domain.campaigns import Campaign
from bot.domain.people import Preference, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.gifts import gifts
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.isolate import each_at_stripe
from bot.usecases.giving import links
from content.catalog import LOCALES
from payments.money import Money, is_chargeable


async def suggest(ctx: Context, campaign: Campaign, supporter: Supporter) -> list[Money]:
    """Return the amounts to suggest to a supporter: the campaign's own without consent or past gifts."""
    default = links.payable_amounts(ctx, campaign)
    if not supporter.gift_count:
        return default
    async with ctx.db.read() as conn:
        if Preference.PERSONAL_AMOUNTS not in await supporters.preferences(conn, supporter.id):
            return default
        given = await gifts.amounts_of(conn, supporter.id, campaign.goal.currency)
    return near_past_gifts(ctx, campaign, given) or default


def near_past_gifts(ctx: Context, campaign: Campaign, given: Sequence[int]) -> list[Money]:
    """Return the usual gift, one step down and one up; empty if no active link fits `given` (minor units)."""
    warm = [m for m in asks.linked_amounts(campaign.authored.amounts) if ctx.links.get(campaign.id, m)]
    return [Money(minor, campaign.goal.currency) for minor in asks.personal_amounts(given, warm)]


async def ensure_links(ctx: Context) -> int:
    """Create the links that personal amounts choose from, once someone has agreed to them; return for how many
    campaigns.

    Run by the schedule. Raises GatewayError in an outage.
    """
    async with ctx.db.read() as conn:
        if not await supporters.any_agreed(conn, Preference.PERSONAL_AMOUNTS):
            return 0
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())

    async def one(campaign: Campaign) -> bool:
        for minor in asks.linked_amounts(campaign.authored.amounts):
            if is_chargeable(Money(minor, campaign.goal.currency)):  # 7.50 has no step in every currency
                for locale in LOCALES:
                    await links.ensure(ctx, campaign, minor, locale)
        return True

    return await each_at_stripe(ctx, "personal amounts", open_now, one, name=lambda campaign: campaign.slug)
