"""A correction that waits for its author or for a second person, in the staff's chat.

Buttons: `bf:<proposal>[:<yes|no|alone>]`; answers: `bf:<proposal>`, an owner's reason to send it alone.
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
from content.messages import broadcasts_correction as words
from content.messages import broadcasts_draft as draft_words

_MOST_WHY = 300  # characters of a reason


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """A button of a correction, which may have been sent or thrown away since."""
    await clear(ctx, person)
    digits, _, what = argument.partition(":")
    proposal_id = read_id(digits) or 0
    if what == "yes":
        return await _done(ctx, person, corrections.approve(ctx, person, proposal_id), "sent")
    if what == "no":
        return await _done(ctx, person, corrections.drop(ctx, person, proposal_id), "dropped")
    try:
        found = await corrections.waiting(ctx, proposal_id)
    except NotPossible:
        return Reply(card=words.gone(ctx.catalog, person.locale), mode="edit")
    if what == "alone" and person.role.may(Role.OWNER):
        return await _ask_why(ctx, person, proposal_id)
    return await shown(ctx, person, found)


async def written(ctx: Context, contact: Contact, person: Member, what: str, text: str) -> Reply:
    """An owner's reason to send it without a second person."""
    proposal_id, why = read_id(what) or 0, " ".join(text.split())[:_MOST_WHY]
    if not why:
        return await _ask_why(ctx, person, proposal_id)
    await clear(ctx, person)
    done = await _done(ctx, person, corrections.send_alone(ctx, person, proposal_id, why), "sent")
    return Reply(card=done.card)


async def _ask_why(ctx: Context, person: Member, proposal_id: int) -> Reply:
    card, label = words.ask_why(ctx.catalog, person.locale, Tap(action=f"bf:{proposal_id}"))
    return await ask(ctx, person, Reply(card=card), Form(answers=f"bf:{proposal_id}", title=card.title, label=label))


async def _done(ctx: Context, person: Member, deed: Awaitable[Broadcast | Proposal], what: words.Done) -> Reply:
    try:
        about = await deed
    except OwnCorrection:
        return Reply(card=words.own(ctx.catalog, person.locale), mode="edit")
    except NotPossible:
        return Reply(card=words.gone(ctx.catalog, person.locale), mode="edit")
    except CannotSend as why:
        problem = draft_words.refusal(ctx.catalog, person.locale, why.kind, why.facts)
        return Reply(card=words.refused(ctx.catalog, person.locale, problem), mode="edit")
    if isinstance(about, Proposal):
        return Reply(card=card(ctx, person, about), mode="edit")
    return Reply(card=words.done(ctx.catalog, person.locale, what, Tap(action=f"bs:{about.id}")), mode="edit")


async def shown(ctx: Context, person: Member, found: Proposal) -> Reply:
    """The correction and the message as it would come: nobody sends or approves what they have not read."""
    about = found.broadcast
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [about.campaign_id]))[about.campaign_id]
        png = await broadcasts.picture(conn, about.id)
    back = Tap(action=f"bf:{found.id}")
    cards = await own_previews(ctx, person, found.message, campaign, png=png, stop=back)
    return Reply(card=card(ctx, person, found), more=cards)


def card(ctx: Context, person: Member, found: Proposal) -> Card:
    """What waits, and what this person may do about it."""
    own = found.by == person.id
    may_alone = found.second and own and person.role.may(Role.OWNER)
    return words.waits(
        ctx.catalog,
        person.locale,
        language=found.language,
        text=found.text,
        second=found.second,
        approve=Tap(action=f"bf:{found.id}:yes") if own is not found.second else None,
        drop=Tap(action=f"bf:{found.id}:no"),
        alone=Tap(action=f"bf:{found.id}:alone") if may_alone else None,
    )
