"""Handlers for a proposed correction, which awaits its author or a second person.

Buttons: `bf:<proposal>[:<yes|no|alone>]`; prompts: `bf:<proposal>`, an owner's reason to send it alone.
"""

from collections.abc import Awaitable

from bot.domain.broadcasts import Broadcast
from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.broadcasts import corrections
from bot.usecases.broadcasts.cards import own_previews
from bot.usecases.broadcasts.corrections import OwnCorrection, Proposal
from bot.usecases.broadcasts.lifecycle import NotPossible
from bot.usecases.broadcasts.plan import CannotSend
from bot.usecases.context import Context
from bot.usecases.core.prompts import ask, clear
from bot.usecases.reply import Form, Reply
from content.cards import Card, Tap
from content.messages import broadcasts_correction as messages
from content.messages import broadcasts_draft as draft_messages

_MAX_REASON = 300  # characters


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button of a correction, which may have been sent or dropped since."""
    await clear(ctx, person)
    digits, _, choice = argument.partition(":")
    proposal_id = read_id(digits) or 0
    if choice == "yes":
        return await _finish(ctx, person, corrections.approve(ctx, person, proposal_id), "sent")
    if choice == "no":
        return await _finish(ctx, person, corrections.drop(ctx, person, proposal_id), "dropped")
    try:
        proposal = await corrections.waiting(ctx, proposal_id)
    except NotPossible:
        return Reply(card=messages.gone(ctx.catalog, person.locale), mode="edit")
    if choice == "alone" and person.role.may(Role.OWNER):
        return await _ask_reason(ctx, person, proposal_id)
    return await show(ctx, person, proposal)


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle an owner's reason to send it without a second person."""
    proposal_id, reason = read_id(prompt) or 0, " ".join(text.split())[:_MAX_REASON]
    if not reason:
        return await _ask_reason(ctx, person, proposal_id)
    await clear(ctx, person)
    reply = await _finish(ctx, person, corrections.send_alone(ctx, person, proposal_id, reason), "sent")
    return Reply(card=reply.card)


async def _ask_reason(ctx: Context, person: Member, proposal_id: int) -> Reply:
    card, label = messages.ask_why(ctx.catalog, person.locale, Tap(action=f"bf:{proposal_id}"))
    return await ask(ctx, person, Reply(card=card), Form(answers=f"bf:{proposal_id}", title=card.title, label=label))


async def _finish(ctx: Context, person: Member, action: Awaitable[Broadcast | Proposal], done: messages.Done) -> Reply:
    try:
        result = await action
    except OwnCorrection:
        return Reply(card=messages.own(ctx.catalog, person.locale), mode="edit")
    except NotPossible:
        return Reply(card=messages.gone(ctx.catalog, person.locale), mode="edit")
    except CannotSend as error:
        problem = draft_messages.refusal(ctx.catalog, person.locale, error.kind, error.facts)
        return Reply(card=messages.refused(ctx.catalog, person.locale, problem), mode="edit")
    if isinstance(result, Proposal):
        return Reply(card=card(ctx, person, result), mode="edit")
    return Reply(card=messages.done(ctx.catalog, person.locale, done, Tap(action=f"bs:{result.id}")), mode="edit")


async def show(ctx: Context, person: Member, proposal: Proposal) -> Reply:
    """Show the correction with a preview of the message, so that nobody sends or approves it unread."""
    broadcast = proposal.broadcast
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
        png = await broadcasts.picture(conn, broadcast.id)
    back = Tap(action=f"bf:{proposal.id}")
    cards = await own_previews(ctx, person, proposal.message, campaign, png=png, stop=back)
    return Reply(card=card(ctx, person, proposal), previews=cards)


def card(ctx: Context, person: Member, proposal: Proposal) -> Card:
    """Return the card of a waiting correction, with the buttons that this person may use."""
    own = proposal.by == person.id
    may_alone = proposal.second and own and person.role.may(Role.OWNER)
    return messages.waits(
        ctx.catalog,
        person.locale,
        language=proposal.language,
        text=proposal.text,
        second=proposal.second,
        approve=Tap(action=f"bf:{proposal.id}:yes") if own is not proposal.second else None,
        drop=Tap(action=f"bf:{proposal.id}:no"),
        alone=Tap(action=f"bf:{proposal.id}:alone") if may_alone else None,
    )
