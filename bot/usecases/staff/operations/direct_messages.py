"""Direct messages that Discord refuses: the notices, and the buttons `dm:resume` and `dm:resume!`."""

from collections.abc import Mapping

from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.store.core.notices import Notice
from bot.usecases.context import Context
from bot.usecases.core import direct_messages
from bot.usecases.core.notify import Renderer
from bot.usecases.core.prompts import CANCEL, clear
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import staff_dms as messages

_RESUME, _SURE = Tap(action="dm:resume"), Tap(action="dm:resume!")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button: resume after a confirmation; any other argument shows the state."""
    await clear(ctx, person)
    if argument == "resume!":
        await direct_messages.resume(ctx, person)
    card = await _card(ctx, person.locale)
    if argument == "resume" and card.rows:
        card = messages.confirm_resume(ctx.catalog, person.locale, _SURE, CANCEL)
    return Reply(card=card, mode="edit")


async def _card(ctx: Context, locale: Locale) -> Card:
    async with ctx.db.read() as conn:
        stop = await direct_messages.current_stop(conn)
    if stop is None:
        return messages.resumed(ctx.catalog, locale)
    return messages.stopped(ctx.catalog, locale, stop.why, _RESUME)


async def _stopped(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return await _card(ctx, locale)


async def _resumed(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.resumed(ctx.catalog, locale, str(notice.args["by"]))


KINDS: Mapping[str, Renderer] = {direct_messages.NOTICE: _stopped, direct_messages.RESUMED: _resumed}
