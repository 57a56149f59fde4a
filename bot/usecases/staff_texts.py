"""The one check of every text that staff write and donors read: no chat may make a link of it that leads elsewhere.

Whoever adds a text of staff adds it to `tests/usecases/test_staff_texts.py`. Texts with markup are read by
`content.rich.parse`, which looks for the same addresses in their words.
"""

from collections.abc import Iterable

from bot.domain.people import Locale
from bot.usecases import limits
from bot.usecases.context import Context
from content.addresses import foreign_address
from content.messages_limits import foreign_link


async def foreign(ctx: Context, texts: Iterable[str]) -> str | None:
    """Return the first address in these texts that leads outside the allowed sites, or None."""
    allowed = await limits.domains(ctx)
    found = (foreign_address(text, allowed) for text in texts)
    return next((one.text for one in found if one is not None), None)


async def refusal(ctx: Context, locale: Locale, text: str) -> str:
    """Return why staff may not write this to donors, in their language; empty where they may."""
    found = await foreign(ctx, [text])
    return "" if found is None else foreign_link(ctx.catalog, locale, found)
