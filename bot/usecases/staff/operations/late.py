"""Messages that are late: the notice to staff, and its buttons `lt:send` and `lt:drop`."""

from collections.abc import Mapping

from bot.domain.people import Contact, Locale
from bot.domain.staff import Member, Role
from bot.store.core import outbox
from bot.store.core.notices import Notice
from bot.usecases.context import Context
from bot.usecases.core import late
from bot.usecases.core.notify import Renderer
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import staff_operations as messages

_SEND, _DROP = Tap(action="lt:send"), Tap(action="lt:drop")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Send or drop everything that is held; any other argument shows it."""
    if argument not in ("send", "drop") or not await _may_decide(ctx, person):
        return Reply(card=await _card(ctx, person.locale), mode="edit")
    decided = await late.decide(ctx, person, send=argument == "send")
    if not decided:
        return Reply(card=await _card(ctx, person.locale), mode="edit")
    return Reply(card=messages.late_decided(ctx.catalog, person.locale, decided, sent=argument == "send"), mode="edit")


async def _card(ctx: Context, locale: Locale) -> Card:
    async with ctx.db.read() as conn:
        held = await outbox.held(conn)
        restored = await outbox.holds_service_messages(conn)
    return messages.late(ctx.catalog, locale, held, _SEND, _DROP, restored=restored)


async def _may_decide(ctx: Context, person: Member) -> bool:
    """Return whether this member may: an owner, if thank-yous and answers wait as well."""
    async with ctx.db.read() as conn:
        return person.role.may(Role.OWNER) or not await outbox.holds_service_messages(conn)


async def _notice(ctx: Context, notice: Notice, locale: Locale) -> Card:
    return await _card(ctx, locale)


KINDS: Mapping[str, Renderer] = {late.NOTICE: _notice}
