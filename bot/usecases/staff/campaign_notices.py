"""What all staff are told about campaigns and their places: rows of the notices' table."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.people import Locale
from bot.store.notices import Notice
from bot.usecases.context import Context
from content import messages_places
from content.cards import Card, Tap

Renderer = Callable[[Context, Notice, Locale], Awaitable[Card]]


async def _place_lost(ctx: Context, notice: Notice, locale: Locale) -> Card:
    title = str(notice.args.get("title", ""))
    return messages_places.place_lost(ctx.catalog, locale, title, Tap(action=f"pl:{notice.args.get('place', '')}"))


KINDS: Mapping[str, Renderer] = {
    "place_lost": _place_lost,
}
