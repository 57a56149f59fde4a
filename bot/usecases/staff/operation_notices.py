"""What staff are told about the bot itself: rows of the notices' table."""

from collections.abc import Mapping

from bot.domain.people import Locale
from bot.store.notices import Notice
from bot.usecases.context import Context
from bot.usecases.staff.team_notices import Renderer
from content import messages_operation as words
from content.cards import Card


async def _platform_refused(ctx: Context, one: Notice, locale: Locale) -> Card:
    return words.platform_refused(ctx.catalog, locale, one.args["platform"])


async def _item_failed(ctx: Context, one: Notice, locale: Locale) -> Card:
    job, item, why = str(one.args["job"]), str(one.args["item"]), one.args.get("why")
    if why == "key":
        return words.key_refused(ctx.catalog, locale, job)
    return words.item_failed(ctx.catalog, locale, job, item, final=why == "final")


async def _clock_off(ctx: Context, one: Notice, locale: Locale) -> Card:
    return words.clock_off(ctx.catalog, locale, seconds=int(one.args["seconds"]), ahead=bool(one.args["ahead"]))


KINDS: Mapping[str, Renderer] = {
    "platform_refused": _platform_refused,
    "item_failed": _item_failed,
    "clock_off": _clock_off,
}
