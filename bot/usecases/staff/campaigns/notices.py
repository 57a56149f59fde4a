"""Notices to staff about campaigns and their places."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.people import Locale
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core.notices import Notice
from bot.usecases.broadcasts import cards
from bot.usecases.context import Context
from bot.usecases.core import limits
from content.cards import Card, Tap
from content.catalog import LOCALES
from content.messages import campaigns, campaigns_places

Renderer = Callable[[Context, Notice, Locale], Awaitable[Card]]


async def _place_lost(ctx: Context, notice: Notice, locale: Locale) -> Card:
    title = str(notice.args.get("title", ""))
    see, why = Tap(action=f"pl:{notice.args.get('place', '')}"), str(notice.args.get("why", "rights"))
    return campaigns_places.place_lost(ctx.catalog, locale, title, see, why)


async def _inbox_open(ctx: Context, notice: Notice, locale: Locale) -> Card:
    title = str(notice.args.get("title", ""))
    return campaigns_places.inbox_open(ctx.catalog, locale, title, Tap(action=f"pl:{notice.args.get('place', '')}"))


async def _milestone(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Ask for approval of a milestone, with its current text in both languages."""
    broadcast_id = int(notice.args["broadcast"])
    async with ctx.db.read() as conn:
        broadcast = await broadcasts.get(conn, broadcast_id)
        assert broadcast is not None
        campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
    allowed = await limits.domains(ctx)
    return campaigns.milestone_news(
        ctx.catalog,
        locale,
        campaign=campaign.authored,
        texts={each: cards.body(ctx, broadcast.message, campaign, each, allowed).plain for each in LOCALES},
        places=len(broadcast.places),
        approve=Tap(action=f"bs:{broadcast_id}:approve"),
        edit={language: Tap(action=f"bs:{broadcast_id}:{language}") for language in LOCALES},
        skip=Tap(action=f"bs:{broadcast_id}:stop"),
    )


KINDS: Mapping[str, Renderer] = {
    "place_lost": _place_lost,
    "inbox_open": _inbox_open,
    "milestone_approval": _milestone,
}
