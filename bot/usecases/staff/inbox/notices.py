"""Notices in the inbox: supporters' messages, cases, lost replies, a silent webhook, pauses by platforms."""

from collections.abc import Mapping
from datetime import date

from bot.domain.people import Locale
from bot.store.core import outbox
from bot.store.core.notices import Notice
from bot.store.core.outbox import State
from bot.usecases.context import Context
from bot.usecases.core.notify import Renderer
from bot.usecases.staff.inbox import cases, handlers
from content.cards import Card
from content.messages import inbox as messages


async def _reply_lost(ctx: Context, notice: Notice, locale: Locale) -> Card:
    text, doubt = str(notice.args.get("text", "")), bool(notice.args.get("doubt"))
    return messages.reply_lost(ctx.catalog, locale, text, doubt=doubt)


async def _webhook(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.webhook_silent(ctx.catalog, locale, notice.args.get("cause", "silent"))


async def _events_missed(ctx: Context, notice: Notice, locale: Locale) -> Card:
    since, until = (date.fromisoformat(str(notice.args[name])) for name in ("since", "until"))
    return messages.events_missed(ctx.catalog, locale, since, until)


async def _flood_wait(ctx: Context, notice: Notice, locale: Locale) -> Card:
    platform, hours = str(notice.args["platform"]), int(notice.args["hours"])
    return messages.flood_wait(ctx.catalog, locale, platform, hours, whole=bool(notice.args["whole"]))


async def _in_doubt(ctx: Context, notice: Notice, locale: Locale) -> Card:
    async with ctx.db.read() as conn:
        number = (await outbox.counts(conn)).get(State.IN_DOUBT, 0)
    return messages.in_doubt(ctx.catalog, locale, number)


KINDS: Mapping[str, Renderer] = {
    "words": handlers.words_card,
    "reply_lost": _reply_lost,
    "case": cases.notice_card,
    "linked": cases.linked_card,
    "webhook_silent": _webhook,
    "events_missed": _events_missed,
    "flood_wait": _flood_wait,
    "in_doubt": _in_doubt,
}
