"""Amounts that supporters tap on shared cards, and write: the table of what a written one may be for."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.domain.amounts import NotUnderstood, without_month
from bot.domain.deeplink import read_touch
from bot.domain.people import Contact, Supporter
from bot.domain.rights import Right, may
from bot.store.monthly import pledges
from bot.usecases.context import Context
from bot.usecases.core.join import ensure_joined
from bot.usecases.giving import give, typed_amounts
from bot.usecases.monthly import monthly, offer
from bot.usecases.referrals import invite
from bot.usecases.reply import Reply
from content.cards import Tap

_GIVE_BUTTON = re.compile(r"(\d{1,18}):(\d{1,12})(?::([a-z-])(\d{1,19}))?")
_ASK_BUTTON = re.compile(r"(\d{1,18})(?::([a-z-])(\d{1,19}))?")
_Handler = Callable[[Context, Supporter, str, str], Awaitable[Reply | None]]  # None: the text is no amount
_HANDLERS: Mapping[str, _Handler] = {
    "give": give.on_amount,
    "begin": offer.on_amount,
    "set": monthly.on_amount,
}
_MONTHLY = frozenset({"begin", "set"})
_ASK_AGAIN: Mapping[str, str] = {"give": "ask", "begin": "mo:other", "set": "mo:ask"}


# --- taps on cards that others can see -------------------------------------------------------------
async def on_give(ctx: Context, contact: Contact, known: Supporter | None, argument: str) -> Reply:
    """`give:<campaign>:<minor units, 0: none>[:<touch kind><touch id>]`."""
    match = _GIVE_BUTTON.fullmatch(argument)
    if match is None:
        return await give.by_command(ctx, await ensure_joined(ctx, contact, known), "")
    campaign, minor, kind, ident = match.groups()
    touch = read_touch(kind, ident)
    if contact.platform == "discord":  # on Telegram, a card shown elsewhere carries a deep link instead
        return await invite.on_shared_card(
            ctx,
            contact,
            known,
            int(campaign),
            touch,
            lambda supporter, own: give.by_id(ctx, supporter, int(campaign), int(minor), own),
        )
    return await give.by_id(ctx, await ensure_joined(ctx, contact, known), int(campaign), int(minor), touch)


async def on_ask(ctx: Context, contact: Contact, known: Supporter | None, argument: str) -> Reply:
    """`ask:<campaign>[:<touch kind><touch id>]`: "Other amount" of a shared card on Discord."""
    match = _ASK_BUTTON.fullmatch(argument)
    if match is None:
        return await give.by_command(ctx, await ensure_joined(ctx, contact, known), "")
    campaign, kind, ident = match.groups()
    return await invite.on_shared_card(
        ctx,
        contact,
        known,
        int(campaign),
        read_touch(kind, ident),
        lambda supporter, touch: give.ask_amount(ctx, supporter, int(campaign), touch),
    )


# --- written amounts -------------------------------------------------------------------------------
async def on_text(ctx: Context, supporter: Supporter, text: str) -> Reply | None:
    """Answer a private text that is nothing but an amount: for what was asked last, else for a gift. None if not.

    With "a month" it is for a monthly gift, whatever was asked.
    """
    return await _for(ctx, supporter, supporter.awaited(ctx.clock()) or "", text)


async def in_window(ctx: Context, supporter: Supporter, what: str, text: str) -> Reply:
    """Answer an amount written in a window, which says what it is for; nothing else was asked there."""
    reply = await _for(ctx, supporter, what, text)
    if reply is not None:
        return reply
    campaign = await give.first_open(ctx)
    if campaign is None:
        return await give.by_command(ctx, supporter, "")
    verb, _, argument = what.partition(":")
    again = Tap(action=f"{_ASK_AGAIN[verb]}:{argument}" if verb in _ASK_AGAIN else "see")
    return typed_amounts.problem(ctx, supporter, campaign, NotUnderstood(), choose=lambda _: again, other=again)


async def _for(ctx: Context, supporter: Supporter, what: str, text: str) -> Reply | None:
    bare = without_month(text)
    if bare is None or what.partition(":")[0] in _MONTHLY:
        return await _on_amount(ctx, supporter, what, text if bare is None else bare)
    async with ctx.db.read() as conn:
        mine = await pledges.of_supporter(conn, supporter.id)
    theirs = [pledge for pledge in mine if not pledge.is_over and may(pledge.standing, Right.AMOUNT)]
    if theirs:  # they would hardly begin another
        return await monthly.on_amount(ctx, supporter, theirs[0].subscription, bare)
    return await offer.by_amount(ctx, supporter, bare)


async def _on_amount(ctx: Context, supporter: Supporter, what: str, text: str) -> Reply | None:
    verb, _, argument = what.partition(":")
    handler = _HANDLERS.get(verb)
    return await (give.by_amount(ctx, supporter, text) if handler is None else handler(ctx, supporter, argument, text))
