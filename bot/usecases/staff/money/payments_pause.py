"""Handlers to pause and resume all payments. Buttons: `pz` (show the state), `pz:pause`, `pz:resume[!]`."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.people import Contact, Locale
from bot.domain.staff import Member, Role
from bot.store.core.notices import Notice
from bot.usecases.context import Context
from bot.usecases.core.prompts import CANCEL, clear
from bot.usecases.giving import payments_pause
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import giving_pause as messages

PAUSE = Tap(action="pz:pause")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button: any editor pauses with one tap; an owner resumes after confirming."""
    await clear(ctx, person)
    if argument == "pause":
        await payments_pause.pause(ctx, person)
    elif argument == "resume" and person.role.may(Role.OWNER):
        sure = messages.confirm_resume(ctx.catalog, person.locale, Tap(action="pz:resume!"), CANCEL)
        return Reply(card=sure, mode="edit")
    elif argument == "resume!" and person.role.may(Role.OWNER):
        await payments_pause.resume(ctx, person)
    return await _shown(ctx, person)


async def _shown(ctx: Context, person: Member) -> Reply:
    current = await payments_pause.current_pause(ctx)
    view = messages.PaymentsView(
        since=None if current is None else current.since,
        by="" if current is None else current.by,
        zone=ctx.zone,
        pause=PAUSE if current is None else None,
        resume=Tap(action="pz:resume") if current is not None and person.role.may(Role.OWNER) else None,
    )
    return Reply(card=messages.payments(ctx.catalog, person.locale, view), mode="edit")


async def _testing(ctx: Context, notice: Notice, locale: Locale) -> Card:
    args = notice.args
    return messages.card_testing(ctx.catalog, locale, int(args["declined"]), int(args["warned"]), PAUSE)


async def _paused(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.news(ctx.catalog, locale, str(notice.args["by"]), paused=True, see=Tap(action="pz"))


async def _resumed(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return messages.news(ctx.catalog, locale, str(notice.args["by"]), paused=False, see=Tap(action="pz"))


KINDS: Mapping[str, Callable[[Context, Notice, Locale], Awaitable[Card]]] = {
    "card_testing": _testing,
    "payments_paused": _paused,
    "payments_resumed": _resumed,
}
