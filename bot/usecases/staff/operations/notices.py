"""Notices to staff about the bot itself."""

from collections.abc import Mapping

from bot.domain.people import Locale
from bot.store.core.notices import Notice
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.failure_notices import FAILING
from bot.usecases.core.notify import Renderer
from bot.usecases.core.stripe_refusals import STRIPE_REFUSED
from bot.usecases.core.stuck import RECOVERED, STUCK
from content.cards import Card, Tap
from content.messages import staff_operations as messages


async def _platform_refused(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.platform_refused(ctx.catalog, locale, notice.args["platform"])


async def _item_failed(ctx: Context, notice: Notice, locale: Locale) -> Card:
    job, item, why = str(notice.args["job"]), str(notice.args["item"]), notice.args.get("why")
    if why == "key":
        return messages.key_refused(ctx.catalog, locale, job)
    return messages.item_failed(ctx.catalog, locale, job, item, final=why == "final")


async def _clock_off(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.clock_off(
        ctx.catalog, locale, seconds=int(notice.args["seconds"]), ahead=bool(notice.args["ahead"])
    )


async def _text_held(ctx: Context, notice: Notice, locale: Locale) -> Card:
    owner, name = str(notice.args["owner"]), str(notice.args["name"])
    see = Tap(action=f"np:{name}")
    if owner == "campaign":
        campaign = await publish.find(ctx, name)
        name = name if campaign is None else campaign.authored.name.get(locale)
        see = Tap(action="cl" if campaign is None else f"cv:{campaign.id}")
    return messages.text_held(ctx.catalog, locale, owner, name, str(notice.args["what"]), see)


async def _stripe_refused(ctx: Context, notice: Notice, locale: Locale) -> Card:
    if notice.args.get("by_key"):
        return messages.key_refused_donor(ctx.catalog, locale)
    return messages.stripe_refused(ctx.catalog, locale, notice.args["what"])


async def _failing(ctx: Context, notice: Notice, locale: Locale) -> Card:
    where, found = str(notice.args["where"]), str(notice.args["id"])
    return messages.failing(ctx.catalog, locale, where, found, count=int(notice.args["count"]))


async def _stuck(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.stuck(ctx.catalog, locale, notice.args["found"])


async def _recovered(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.recovered(ctx.catalog, locale, [key.split(":", 1) for key in notice.args["found"]])


KINDS: Mapping[str, Renderer] = {
    STRIPE_REFUSED: _stripe_refused,
    "platform_refused": _platform_refused,
    "item_failed": _item_failed,
    FAILING: _failing,
    STUCK: _stuck,
    RECOVERED: _recovered,
    "clock_off": _clock_off,
    "text_held": _text_held,
}
