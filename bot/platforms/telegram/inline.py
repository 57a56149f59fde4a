"""Inline mode: what `@bot` offers in any chat."""

from collections.abc import Sequence

from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.render import MAX_TEXT, to_html, to_keyboard, to_markup
from bot.usecases.referrals.invite_handlers import Offer

# Seconds for which Telegram may cache a person's results: links do not change, but totals do.
CACHE_SECONDS = 60
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def answer(bot: Bot, query_id: str, offers: Sequence[Offer]) -> None:
    """Answer an inline query, cached per person since the links are personal. Raises PlatformError."""
    results = [_article(offer) for offer in offers]
    with translated(repeatable=True):
        await bot.answer_inline_query(query_id, results, cache_time=CACHE_SECONDS, is_personal=True)


def _article(offer: Offer) -> InlineQueryResultArticle:
    """Return an offer as text and buttons. A picture would have to be uploaded elsewhere first."""
    content = InputTextMessageContent(
        to_html(offer.card, MAX_TEXT), parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
    )
    return InlineQueryResultArticle(
        offer.id, offer.title, content, reply_markup=to_markup(to_keyboard(offer.card)), description=offer.description
    )


async def name_of(bot: Bot, external_id: str) -> str | None:
    """Return the first name of someone who has written to the bot. Raises PlatformError."""
    with translated(repeatable=True):
        return (await bot.get_chat(int(external_id))).first_name
