"""Handlers for `/urgence`: stop everything automatic at once. Buttons: `fz:<reason>`, `fz:lift`."""

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.usecases.context import Context
from bot.usecases.core import freeze
from bot.usecases.core.prompts import CANCEL, ask, clear
from bot.usecases.reply import Form, Reply
from content.cards import Tap
from content.messages import staff_freeze as messages

_MAX_REASON = 300  # characters


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/urgence`: ask for the reason; if it follows the command, freeze right away."""
    if argument:
        return await _freeze(ctx, person, argument)
    return await _shown(ctx, person)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a tapped reason, or the buttons that lift the freeze."""
    if argument in messages.REASONS:
        return await _freeze(ctx, person, argument)
    if argument == "other":
        card = messages.ask_why(ctx.catalog, person.locale, CANCEL)
        title, label = messages.why_form(ctx.catalog, person.locale)
        return await ask(ctx, person, Reply(card=card), Form(answers="fz:why", title=title, label=label))
    if argument in ("lift", "lift!") and person.role.may(Role.OWNER):
        if argument == "lift":
            sure = messages.confirm_lift(ctx.catalog, person.locale, Tap(action="fz:lift!"), CANCEL)
            return Reply(card=sure, mode="edit")
        await freeze.lift(ctx, person)
        return Reply(card=messages.lifted(ctx.catalog, person.locale), mode="edit")
    return await _shown(ctx, person)


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle a typed reason."""
    await clear(ctx, person)
    return await _freeze(ctx, person, text)


async def _freeze(ctx: Context, person: Member, why: str) -> Reply:
    await freeze.freeze(ctx, person, " ".join(why.split())[:_MAX_REASON])
    return await _shown(ctx, person)


async def _shown(ctx: Context, person: Member) -> Reply:
    """Show the current freeze, or what a freeze would stop."""
    state = await freeze.current_freeze(ctx)
    if state is None:
        reasons = tuple((reason, Tap(action=f"fz:{reason}")) for reason in (*messages.REASONS, "other"))
        return Reply(card=messages.freeze_ask(ctx.catalog, person.locale, reasons, Tap(action="pz")))
    lift = Tap(action="fz:lift") if person.role.may(Role.OWNER) else None
    view = messages.FrozenView(since=state.since, zone=ctx.zone, by=state.by, why=state.why, lift=lift)
    return Reply(card=messages.frozen(ctx.catalog, person.locale, view))
