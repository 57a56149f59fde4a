"""A supporter's plain message: a stop word, an amount, thanks, or something for a person to read."""

from dataclasses import replace

from bot.domain import free_text
from bot.domain.free_text import Meaning
from bot.domain.people import Origin, Supporter
from bot.store.monthly import pledges
from bot.usecases import amount_handlers
from bot.usecases.context import Context
from bot.usecases.inbox import inbox
from bot.usecases.monthly import confirm, monthly
from bot.usecases.preferences import preferences
from bot.usecases.reply import Reply


async def answer(ctx: Context, supporter: Supporter, text: str, origin: Origin | None) -> Reply:
    """Answer a message. Whatever may be a question reaches staff, whatever else it is answered with."""
    match what := free_text.meaning(text, ctx.charity.name):
        case Meaning.STOP:
            stopped = await preferences.stop(ctx, supporter)
            if free_text.says_more(text, what):
                forwarded = await inbox.forward_to_staff(ctx, supporter, text, origin)
                return replace(stopped, more=(forwarded.card,))
            return stopped
        case Meaning.END_MONTHLY:
            return await _end_monthly(ctx, supporter, text, origin)
        case Meaning.STOP_MAYBE:
            return await inbox.forward_to_staff(ctx, supporter, text, origin, stop=preferences.STOP)
        case Meaning.THANKS:
            return await inbox.answer_courtesy(ctx, supporter, "thanks")
        case Meaning.FAREWELL:
            return await inbox.answer_courtesy(ctx, supporter, "farewell")
        case Meaning.GREETING:
            return await inbox.answer_courtesy(ctx, supporter, "greeting")
        case Meaning.RECEIPT:
            return await inbox.forward_to_staff(ctx, supporter, text, origin, receipt=True)
        case _:
            return await _amount_or_words(ctx, supporter, text, origin)


async def answer_sticker(ctx: Context, supporter: Supporter, emoji: str) -> Reply:
    """Answer a sticker or a file. `emoji`: what a sticker means, empty for anything else."""
    if free_text.meaning(emoji) is Meaning.THANKS:
        return await inbox.answer_courtesy(ctx, supporter, "thanks")
    return await inbox.refuse_attachment(ctx, supporter)


async def _amount_or_words(ctx: Context, supporter: Supporter, text: str, origin: Origin | None) -> Reply:
    amount = await amount_handlers.on_text(ctx, supporter, free_text.without_courtesies(text))
    if amount is not None:
        return amount
    forwarded = await inbox.forward_to_staff(ctx, supporter, text, origin)
    written = free_text.amount_in(text)
    offered = await amount_handlers.on_text(ctx, supporter, written) if written is not None else None
    if offered is None:
        return forwarded
    return replace(offered, card=forwarded.card, more=(offered.card, *offered.more))


async def _end_monthly(ctx: Context, supporter: Supporter, text: str, origin: Origin | None) -> Reply:
    """Show their monthly gift, which can be ended there. Without one known to us, a person reads the message."""
    async with ctx.db.read() as conn:
        has_one = bool(await pledges.of_supporter(conn, supporter.id))
    if has_one and not free_text.says_more(text, Meaning.END_MONTHLY):
        return await monthly.show(ctx, supporter)
    forwarded = await inbox.forward_to_staff(ctx, supporter, text, origin, stop=preferences.STOP)
    if has_one:
        return replace(forwarded, more=((await monthly.show(ctx, supporter)).card,))
    if free_text.may_mean_monthly(text):
        return replace(forwarded, more=((await confirm.how_to_end(ctx, supporter)).card,))
    return forwarded
