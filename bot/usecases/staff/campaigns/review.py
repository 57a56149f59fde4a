"""Review a campaign before it is published: its card in each language, and the other texts that people will read.

Button: `cd:<draft>:publish:<version>` publishes exactly what was shown.
"""

import asyncio

from bot.domain.campaigns import Campaign
from bot.domain.people import Locale
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.giving.campaign_cards import progress_of
from bot.usecases.reply import Reply
from content import campaign as authored_side
from content.cards import Card, Tap
from content.catalog import LOCALES
from content.messages import campaigns_edit as messages
from content.messages.giving import CampaignCardView, campaign_card
from content.pictures.progress import ProgressView, progress_picture
from content.writer import CampaignProgress
from payments.money import Money


async def review(
    ctx: Context, person: Member, draft: Draft, built: authored_side.Campaign, before: Campaign | None
) -> Reply:
    """Show the campaign as it would be published. `before`: the published one, if any."""
    async with ctx.db.read() as conn:
        backdrop = await drafts.picture_of(conn, draft)
        if backdrop is None and before is not None:
            backdrop = await campaign_rows.picture(conn, before.id)
    none = CampaignProgress(raised=Money(0, built.currency), goal=built.goal, donors=0)
    progress = (
        none
        if before is None
        else CampaignProgress(raised=before.raised, goal=built.goal, donors=progress_of(before).donors)
    )
    cards = [await _preview(ctx, built, progress, backdrop, locale) for locale in LOCALES]
    view = messages.PublishView(
        campaign=built,
        is_new=before is None,
        publish=Tap(action=f"cd:{draft.id}:publish:{draft.version}"),
        back=Tap(action=f"cd:{draft.id}"),
    )
    return Reply(card=messages.review(ctx.catalog, person.locale, view), previews=tuple(cards))


async def _preview(
    ctx: Context, built: authored_side.Campaign, progress: CampaignProgress, backdrop: bytes | None, locale: Locale
) -> Card:
    """Return the card in one language, without amounts, since there are no links yet."""
    view = ProgressView(
        locale=locale,
        charity=ctx.charity.name,
        campaign=built.name.get(locale),
        progress=progress,
        crisis=built.crisis,
        backdrop=backdrop,
    )
    picture = await asyncio.to_thread(progress_picture, ctx.catalog, view)
    shown = CampaignCardView(campaign=built, progress=progress, choices=(), picture=picture, ends_on=built.ends_on)
    return campaign_card(ctx.catalog, locale, shown)
