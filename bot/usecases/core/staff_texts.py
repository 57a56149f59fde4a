"""The one check of every text that staff write and donors read: no chat may make a link of it that leads elsewhere.

Texts are checked when they are written, and again before anything automatic sends them: an older version may have kept
them unchecked, or a site may be allowed no more.
Whoever adds a text of staff adds it to `tests/usecases/core/test_staff_texts.py`. Texts with markup are read by
`content.rich.parse`, which looks for the same addresses in their words.
"""

import hashlib
from collections.abc import Iterable
from typing import Literal

from bot.domain.campaigns import Campaign
from bot.domain.people import Locale
from bot.store.matching import matches
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.notify import notify_staff
from content.addresses import foreign_address
from content.cards import shorten
from content.messages.staff_limits import foreign_link

Owner = Literal["campaign", "reminder"]  # what a text belongs to


async def foreign(ctx: Context, texts: Iterable[str]) -> str | None:
    """Return the first address in these texts that leads outside the allowed sites, or None."""
    allowed = await limits.domains(ctx)
    found = (foreign_address(text, allowed) for text in texts)
    return next((one.text for one in found if one is not None), None)


async def refusal(ctx: Context, locale: Locale, text: str) -> str:
    """Return why staff may not write this to donors, in their language; empty where they may."""
    found = await foreign(ctx, [text])
    return "" if found is None else foreign_link(ctx.catalog, locale, found)


async def is_held(ctx: Context, owner: Owner, name: str, texts: Iterable[str]) -> bool:
    """Whether these texts must not be sent as they are; then staff are notified, once for each address.

    `name`: the campaign's slug or the policy. Not within a transaction.
    """
    found = await foreign(ctx, texts)
    if found is None:
        return False
    mark = hashlib.sha256(found.encode()).hexdigest()[:12]
    async with ctx.db.write() as conn:
        about = {"owner": owner, "name": name, "what": shorten(found, 40)}
        await notify_staff(ctx, conn, f"text_held:{owner}:{name}:{mark}", "text_held", **about)
    return True


async def is_campaign_held(ctx: Context, campaign: Campaign) -> bool:
    """Whether the texts of a campaign, or the names of its sponsors, must not be sent as they are."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        periods = await matches.of_campaigns(conn, [campaign.id])
    sponsors = [name for one in periods if one.closed_at is None and one.ends_at > now for name in one.sponsor.values()]
    return await is_held(ctx, "campaign", campaign.slug, [*campaign.authored.texts, *sponsors])
