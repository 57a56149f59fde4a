"""Handlers for `/forget`: explain what is erased and what stays, ask to confirm, then erase."""

from bot.domain.people import Contact, Supporter
from bot.domain.rights import Right, may
from bot.store.monthly import pledges
from bot.usecases.context import Context
from bot.usecases.core.stripe_login import login_page
from bot.usecases.reply import Reply
from bot.usecases.supporters.forgetting import forget
from content.cards import Tap
from content.messages import supporters as messages
from payments.stripe import GatewayRefused, GatewayUnavailable

_SURE = Tap(action="forget:sure")
_KEEP = Tap(action="prefs")


async def on_tap(ctx: Context, contact: Contact, person: Supporter | None, argument: str) -> Reply:
    """Handle `forget:sure`. Repeated taps have no further effect."""
    if person is None or argument != "sure":
        return await ask(ctx, contact, person)
    try:
        await forget(ctx, person.id)
    except (GatewayUnavailable, GatewayRefused):
        return Reply(card=messages.forget_later(ctx.catalog, person.locale, _SURE), mode="edit")
    return Reply(card=messages.forgotten(ctx.catalog, person.locale), mode="edit")


async def ask(ctx: Context, contact: Contact, person: Supporter | None, _argument: str = "") -> Reply:
    """Handle `/forget`: explain and ask; nothing is erased yet, and nobody is recorded for asking."""
    if person is None:
        return Reply(card=messages.forgotten(ctx.catalog, contact.locale))
    async with ctx.db.read() as conn:
        mine = await pledges.of_supporter(conn, person.id)
    ends = [may(pledge.standing, Right.END_WHEN_FORGOTTEN) for pledge in mine]
    view = messages.ForgetView(
        charity=ctx.charity,
        monthly=any(ends),
        goes_on=not all(ends),
        stripe=login_page(ctx) if not all(ends) else None,
        sure=_SURE,
        keep=_KEEP,
    )
    return Reply(card=messages.forget_ask(ctx.catalog, person.locale, view))
