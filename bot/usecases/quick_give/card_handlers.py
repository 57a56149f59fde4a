"""Handlers for `/card` and the return from Stripe's page: the saved card, saving, changing and removing one."""

import logging

from bot.domain.people import Contact, Supporter
from bot.domain.quick_give import Removal
from bot.store.quick_give import cards as rows
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import ensure_joined
from bot.usecases.quick_give import saving
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import quick_give as messages
from payments.stripe import GatewayError

log = logging.getLogger(__name__)
_LONGEST = 40  # characters of an argument: a forged code that is longer would fit into no button
SAVE, REMOVE = Tap(action="card:save"), Tap(action="card:remove")
_SURE, _GIVE = Tap(action="card:sure"), Tap(action="see")


async def show(ctx: Context, person: Supporter) -> Reply:
    """Answer `/card`: the saved card, or what saving one means. Calls nobody but our database."""
    async with ctx.db.read() as conn:
        card = await rows.kept_by(conn, person.id)
    if card is None or card.details is None:
        return Reply(card=messages.offer(ctx.catalog, person.locale, ctx.charity, SAVE))
    view = saving.view_of(card.details)
    return Reply(card=messages.kept(ctx.catalog, person.locale, view, ctx.charity, SAVE, REMOVE))


async def on_tap(ctx: Context, contact: Contact, known: Supporter | None, argument: str) -> Reply:
    """Handle `card:<what>[:<code>]`. While Quick Give is off, old buttons say that no card can be saved from here."""
    person = await ensure_joined(ctx, contact, known)
    what, _, code = argument[:_LONGEST].partition(":")
    if not ctx.quick_give:
        return Reply(card=messages.not_here(ctx.catalog, person.locale, _GIVE))
    match what:
        case "save":
            return await _save(ctx, contact, person)
        case "adult" | "minor":
            return await _answer_age(ctx, contact, person, code, is_adult=what == "adult")
        case "back":
            return await on_return(ctx, person, code)
        case "claim":
            return await _claim(ctx, person, code)
        case "remove":
            return await _ask_to_remove(ctx, person)
        case "sure":
            return await _remove(ctx, person)
        case _:
            return await show(ctx, person)


async def on_return(ctx: Context, person: Supporter, code: str) -> Reply:
    """Ask the person who returns from Stripe's page whether the card is theirs."""
    if not ctx.quick_give:
        return Reply(card=messages.not_here(ctx.catalog, person.locale, _GIVE))
    try:
        found = await saving.saved_with(ctx, code)
    except GatewayError as why:
        return _later(ctx, person, saving.retry(code), why)
    if found is None:
        return Reply(card=messages.claim_refused(ctx.catalog, person.locale, SAVE))
    if found[1] is None:
        return Reply(card=messages.claim_wait(ctx.catalog, person.locale, Tap(action=f"card:back:{code}")))
    view = saving.view_of(saving.details_of(found[1]))
    return Reply(card=messages.claim_ask(ctx.catalog, person.locale, view, saving.retry(code)))


async def _save(ctx: Context, contact: Contact, person: Supporter) -> Reply:
    if (before := _of_age(ctx, person)) is not None:
        return before
    try:
        url = await saving.page_for(ctx, contact, person)
    except saving.Returnless:
        return Reply(card=messages.not_here(ctx.catalog, person.locale, _GIVE))
    except saving.TooMany:
        return Reply(card=messages.too_many(ctx.catalog, person.locale, _GIVE))
    except GatewayError as why:
        return _later(ctx, person, SAVE, why)
    return Reply(card=messages.page(ctx.catalog, person.locale, Tap(url=url)))


def _of_age(ctx: Context, person: Supporter, code: str = "") -> Reply | None:
    """Return what stands before saving or claiming a card: the question, or the refusal; None if nothing does."""
    if person.adult:
        return None
    if person.adult is False:
        return Reply(card=messages.minor(ctx.catalog, person.locale, _GIVE))
    yes, no = (Tap(action=f"card:{answer}:{code}") for answer in ("adult", "minor"))
    return Reply(card=messages.adult(ctx.catalog, person.locale, yes, no))


async def _answer_age(ctx: Context, contact: Contact, person: Supporter, code: str, *, is_adult: bool) -> Reply:
    """Store the answer, of which a *no* stays, and go on with what they wanted."""
    async with ctx.db.write() as conn:
        await supporters.set_adult(conn, person.id, is_adult, ctx.clock())
        if not is_adult:
            await rows.remove_barred(conn, person.id, ctx.clock())
        if not await supporters.is_adult(conn, person.id):
            return Reply(card=messages.minor(ctx.catalog, person.locale, _GIVE))
    known = await ensure_joined(ctx, contact, None)
    return await (_claim(ctx, known, code) if code else _save(ctx, contact, known))


async def _claim(ctx: Context, person: Supporter, code: str) -> Reply:
    if (before := _of_age(ctx, person, code)) is not None:
        return before
    try:
        found = await saving.saved_with(ctx, code)
    except GatewayError as why:
        return _later(ctx, person, saving.retry(code), why)
    if found is None:
        return await _refused(ctx, person)
    card, saved = found
    if saved is None:
        return Reply(card=messages.claim_wait(ctx.catalog, person.locale, saving.retry(code)))
    words = await saving.claim(ctx, card, saved, person)
    if words is None:
        return await _refused(ctx, person)
    view = saving.view_of(saving.details_of(saved))
    return Reply(card=messages.claimed(ctx.catalog, person.locale, view, words, REMOVE), mode="edit")


async def _refused(ctx: Context, person: Supporter) -> Reply:
    """Two taps on the same button: the second shows the card that the first one saved."""
    async with ctx.db.read() as conn:
        mine = await rows.kept_by(conn, person.id)
    if mine is not None:
        return await show(ctx, person)
    return Reply(card=messages.claim_refused(ctx.catalog, person.locale, SAVE))


async def _ask_to_remove(ctx: Context, person: Supporter) -> Reply:
    async with ctx.db.read() as conn:
        card = await rows.kept_by(conn, person.id)
    if card is None or card.details is None:
        return await show(ctx, person)
    view = saving.view_of(card.details)
    return Reply(card=messages.remove_ask(ctx.catalog, person.locale, view, _SURE))


async def _remove(ctx: Context, person: Supporter) -> Reply:
    """Remove the card here at once; a recurring job removes it at Stripe."""
    async with ctx.db.write() as conn:
        card = await rows.kept_by(conn, person.id)
        if card is not None:
            await rows.remove(conn, [card.id], Removal.DONOR, ctx.clock())
    return Reply(card=messages.removed(ctx.catalog, person.locale, SAVE), mode="edit")


def _later(ctx: Context, person: Supporter, again: Tap, why: GatewayError) -> Reply:
    log.warning("no card can be saved now: %s", type(why).__name__)
    return Reply(card=messages.later(ctx.catalog, person.locale, again))
