"""Publish a campaign, post its card, pause and close it."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.posted import PostedCard
from bot.store.core import switches
from bot.usecases.context import Context
from bot.usecases.core import clock_check, staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.isolate import each_at_stripe
from bot.usecases.giving import links, own_links
from bot.usecases.giving.campaign_cards import shared_card
from bot.usecases.money import monthly_news
from bot.usecases.ports import Platform
from content.campaign import Campaign as Authored
from payments.money import usual_minimum
from payments.stripe import GatewayError


class CannotPublish(ValueError):
    """The campaign cannot be opened as it is; the message tells staff why."""


class LeadsElsewhere(CannotPublish):
    """A text contains an address outside the allowed sites: `what`."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: a chat would make this a link, and it leads to no allowed site (OBOLE_LINK_DOMAINS)")
        self.what = what


class PaymentsPaused(CannotPublish):
    """All payments are paused."""


class CannotPost(ValueError):
    """The card cannot be posted there; the message tells staff why."""


def ends_at(authored: Authored) -> datetime | None:
    """Return when the campaign ends (UTC): the end of its last day in its own time zone."""
    if authored.ends_on is None:
        return None
    midnight = datetime.combine(authored.ends_on + timedelta(days=1), time(), ZoneInfo(authored.zone))
    return midnight.astimezone(ZoneInfo("UTC"))


def thresholds(authored: Authored) -> list[int]:
    """Return the campaign's milestones in minor units."""
    return [milestone.threshold(authored.goal_minor) for milestone in authored.milestones]


async def publish(
    ctx: Context, authored: Authored, picture: bytes | None = None, *, person: Member | None = None
) -> Campaign:
    """Open a new or changed campaign, with its own picture, and create the payment links that its card needs.

    Raises CannotPublish (LeadsElsewhere for its texts), or GatewayUnavailable / GatewayRefused if Stripe does not
    create a link. The campaign is stored even then, and publishing it again continues where it stopped.
    """
    end = ends_at(authored)
    if end is not None and end <= ctx.clock():
        raise CannotPublish(f"ends_on: {authored.ends_on} is over already in {authored.zone}")
    if authored.uncharged is not None:
        raise CannotPublish(authored.uncharged)
    if (address := await staff_texts.foreign(ctx, authored.texts)) is not None:
        raise LeadsElsewhere(address)
    async with ctx.db.write() as conn:
        if await switches.payments_paused(conn):
            raise PaymentsPaused("all payments are paused: resume them first, under Payments in the staff's chat")
        before = await campaign_rows.by_slug(conn, authored.slug)
        if before is not None and before.authored.currency != authored.currency:
            raise CannotPublish("currency: a campaign keeps the currency it was opened with")
        authored = _with_minimum(authored, before)
        extended = before is not None and (before.extended or _is_later(end, before.ends_at))
        campaign = await campaign_rows.publish(conn, authored, end, ctx.clock(), extended=extended)
        if before is not None and before.state is CampaignState.PAUSED:  # a correction does not resume it
            await campaign_rows.set_state(conn, campaign.id, CampaignState.OPEN, CampaignState.PAUSED)
            campaign = replace(campaign, state=CampaignState.PAUSED, version=campaign.version + 1)
        if picture is not None:
            await campaign_rows.set_picture(conn, campaign.id, picture)
        await campaign_rows.set_milestones(conn, campaign.id, thresholds(authored), campaign.raised.minor, ctx.clock())
        await log_action(ctx, conn, person, "campaign.published", campaign=campaign.slug, anew=before is not None)
    await links.ensure_suggested(ctx, campaign)
    if before is not None and before.minimum < campaign.minimum:
        await links.deactivate_below_minimum(ctx, campaign)
        await own_links.close_below_minimum(ctx, campaign)
    return campaign


def _with_minimum(authored: Authored, before: Campaign | None) -> Authored:
    """Return the campaign with a minimum gift: its own, or else the one before, or for a new campaign the usual one.

    Raises CannotPublish if its suggested amounts start below that.
    """
    if authored.minimum_minor is not None:
        return authored
    least = usual_minimum(authored.currency).minor if before is None else before.authored.minimum_minor
    if least is not None and authored.amounts[0] < least:
        raise CannotPublish(f"amounts: they start below the least gift ({least} minor units); set minimum_minor")
    return authored.model_copy(update={"minimum_minor": least})


def _is_later(end: datetime | None, before: datetime | None) -> bool:
    """Whether a stated end has moved to a later day; removing the end does not count."""
    return end is not None and before is not None and end > before


async def find(ctx: Context, slug: str) -> Campaign | None:
    """Return the campaign with that slug, open or not, or None."""
    async with ctx.db.read() as conn:
        return await campaign_rows.by_slug(conn, slug)


async def own_picture(ctx: Context, campaign: Campaign) -> bytes | None:
    """Return the campaign's own picture, or None."""
    async with ctx.db.read() as conn:
        return await campaign_rows.picture(conn, campaign.id)


async def pause(ctx: Context, campaign: Campaign, person: Member | None = None) -> bool:
    """Stop asking for now; return False if it was not open. Links stay active, so that gifts still arrive on time."""
    return await _move(ctx, campaign, CampaignState.OPEN, CampaignState.PAUSED, person, "campaign.paused")


async def resume(ctx: Context, campaign: Campaign, person: Member | None = None) -> bool:
    """Reopen a paused campaign with the same links; return False if it was not paused."""
    return await _move(ctx, campaign, CampaignState.PAUSED, CampaignState.OPEN, person, "campaign.resumed")


async def _move(
    ctx: Context, campaign: Campaign, before: CampaignState, after: CampaignState, person: Member | None, action: str
) -> bool:
    async with ctx.db.write() as conn:
        if after is CampaignState.OPEN and await switches.payments_paused(conn):
            return False
        moved = await campaign_rows.set_state(conn, campaign.id, before, after)
        if moved:
            await log_action(ctx, conn, person, action, campaign=campaign.slug)
    return moved


async def close(ctx: Context, campaign: Campaign, person: Member | None = None) -> None:
    """Close a campaign. Its Stripe links go first, so that after a crash the next tick completes it."""
    await links.deactivate_all(ctx, campaign)
    async with ctx.db.write() as conn:
        await campaign_rows.close(conn, campaign.id, ctx.clock())
        await log_action(ctx, conn, person, "campaign.closed", campaign=campaign.slug)
        await monthly_news.note_campaign_closed(ctx, conn, campaign)
    await monthly_news.ask_donors_of_closed(ctx)
    with suppress(GatewayError):  # it is closed; `links.repair` tries again
        await links.deactivate_all(ctx, campaign)  # links created in between
    await own_links.close_campaign(ctx, campaign)


async def close_due(ctx: Context) -> int:
    """Close the campaigns that have reached their end; return how many. A recurring job.

    Closing is final, so the clock is first compared with Stripe's. A campaign whose links cannot be deactivated now
    is retried and does not hold up the others. Raises GatewayError in an outage.
    """
    async with ctx.db.read() as conn:
        due = await campaign_rows.by_ids(conn, await campaign_rows.due_to_close(conn, ctx.clock()))
    if due and not await clock_check.ask(ctx):
        return 0

    async def close_one(campaign: Campaign) -> bool:
        await close(ctx, campaign)
        return True

    return await each_at_stripe(ctx, "campaign ends", due.values(), close_one, name=lambda campaign: campaign.slug)


async def post(ctx: Context, platform: Platform, campaign: Campaign, place: str, locales: str) -> PostedCard:
    """Post a campaign's card in a channel or group; it then follows the campaign's total.

    Raises Unreachable or Rejected if the bot may not post there.
    """
    card = PostedCard(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        platform=platform.name,
        chat_id=place,
        message_id=None,
        locale=locales,
    )
    async with ctx.db.write() as conn:
        await posted.add(conn, card, ctx.clock())
        known = await places.at_chat(conn, platform.name, place)
    thread = known.thread_id if known is not None else None
    drawn = await shared_card(ctx, campaign, platform.name, locales, card.id)
    ref = await platform.post(place, drawn, nonce=str(card.id), thread=thread)
    async with ctx.db.write() as conn:
        await posted.mark_shown(conn, card.id, ref.chat_id, ref.message_id, campaign.version, ctx.clock())
    return card
