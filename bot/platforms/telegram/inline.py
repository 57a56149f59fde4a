"""Inline mode: what `@bot` offers in any chat, as Telegram lists it."""

from collections.abc import Sequence

from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.render import MAX_TEXT, to_html, to_keyboard
from bot.usecases.referrals.invite_handlers import Offer

# Seconds for which Telegram may give the same person the same answer: links do not change, totals do.
CACHE_SECONDS = 60
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def answer(bot: Bot, query_id: str, offers: Sequence[Offer]) -> None:
    """Show the offers, to who asked alone, since the links are theirs. Raises the errors of the Platform port."""
    results = [_article(offer) for offer in offers]
    with translated(repeatable=True):
        await bot.answer_inline_query(query_id, results, cache_time=CACHE_SECONDS, is_personal=True)


def _article(offer: Offer) -> InlineQueryResultArticle:
    """A message of words and buttons. Its picture is not sent: Telegram would want it uploaded somewhere first."""
    words = InputTextMessageContent(
        to_html(offer.card, MAX_TEXT), parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
    )
    return InlineQueryResultArticle(
        offer.id, offer.title, words, reply_markup=to_keyboard(offer.card), description=offer.description
    )


async def name_of(bot: Bot, external_id: str) -> str | None:
    """The first name of somebody who has talked to the bot. Raises the errors of the Platform port."""
    with translated(repeatable=True):
        return (await bot.get_chat(int(external_id))).first_name
