"""The one check for every text that staff write and donors read: no chat may turn part of it into a foreign link.

Texts are checked when they are written, and again before anything automatic sends them: an older version may have
stored them unchecked, or a site may have been removed from the list. Add every new staff text to
`tests/usecases/core/test_staff_texts.py`. Texts with markup go through `content.rich.parse`, which checks their words
for the same addresses.
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
    addresses = (foreign_address(text, allowed) for text in texts)
    return next((address.text for address in addresses if address is not None), None)


async def refusal(ctx: Context, locale: Locale, text: str) -> str:
    """Return why staff may not send this to donors, in their language; empty if they may."""
    address = await foreign(ctx, [text])
    return "" if address is None else foreign_link(ctx.catalog, locale, address)


async def is_held(ctx: Context, owner: Owner, name: str, texts: Iterable[str]) -> bool:
    """Return whether these texts must not be sent as they are; staff are notified once per address.

    `name`: the campaign's slug or the policy. Do not call within a transaction.
    """
    address = await foreign(ctx, texts)
    if address is None:
        return False
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    async with ctx.db.write() as conn:
        args = {"owner": owner, "name": name, "what": shorten(address, 40)}
        await notify_staff(ctx, conn, f"text_held:{owner}:{name}:{digest}", "text_held", **args)
    return True


async def is_campaign_held(ctx: Context, campaign: Campaign) -> bool:
    """Return whether the texts of a campaign or the names of its sponsors must not be sent as they are."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        periods = await matches.of_campaigns(conn, [campaign.id])
    sponsors = [
        name
        for period in periods
        if period.closed_at is None and period.ends_at > now
        for name in period.sponsor.values()
    ]
    return await is_held(ctx, "campaign", campaign.slug, [*campaign.authored.texts, *sponsors])
