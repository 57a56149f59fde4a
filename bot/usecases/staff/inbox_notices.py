"""What lands in the inbox: words of supporters, cases, a silent webhook, a pause that Discord wants."""

from collections.abc import Mapping

from bot.domain.people import Locale
from bot.store.notices import Notice
from bot.usecases.context import Context
from bot.usecases.staff import inbox_talk
from bot.usecases.staff.team_notices import Renderer
from content import messages_inbox as words
from content.cards import Card


async def _case(ctx: Context, one: Notice, locale: Locale) -> Card:
    args = one.args
    return await inbox_talk.case_card(ctx, int(args["case"]), str(args["what"]), int(args["gift"]), locale, None)


async def _webhook(ctx: Context, one: Notice, locale: Locale) -> Card:
    return words.webhook_silent(ctx.catalog, locale)


async def _dms(ctx: Context, one: Notice, locale: Locale) -> Card:
    return words.dms_stopped(ctx.catalog, locale)


KINDS: Mapping[str, Renderer] = {
    "words": inbox_talk.words_card,
    "case": _case,
    "webhook_silent": _webhook,
    "dms_stopped": _dms,
}
