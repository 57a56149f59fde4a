"""Publish: open a campaign, post its card, close it."""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import posted
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

log = logging.getLogger(__name__)


class CannotPublish(ValueError):
    """The campaign cannot be opened as it is; the message says why, for staff."""


class LeadsElsewhere(CannotPublish):
    """One of its texts holds an address outside the allowed sites: `what`."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: a chat would make this a link, and it leads to no allowed site (OBOLE_LINK_DOMAINS)")
        self.what = what


class PaymentsPaused(CannotPublish):
    """All payments are paused."""


class CannotPost(ValueError):
    """The card cannot be posted there; the message says why, for staff."""


def ends_at(authored: Authored) -> datetime | None:
    """The first moment (UTC) at which the campaign has ended: the end of its last day in its own zone."""
    if authored.ends_on is None:
        return None
    midnight = datetime.combine(authored.ends_on + timedelta(days=1), time(), ZoneInfo(authored.zone))
    return midnight.astimezone(ZoneInfo("UTC"))


def thresholds(authored: Authored) -> list[int]:
    """The campaign's milestones in minor units."""
    return [milestone.threshold(authored.goal_minor) for milestone in authored.milestones]


async def publish(
    ctx: Context, authored: Authored, picture: bytes | None = None, *, person: Member | None = None
) -> Campaign:
    """Open a campaign, new or changed, with its own picture, and make the links its card needs.

    Raises CannotPublish (LeadsElsewhere for its texts), or GatewayUnavailable / GatewayRefused where Stripe will not
    make a link; the campaign is kept then, and publishing it again goes on where it stopped.
    """
    end = ends_at(authored)
    if end is not None and end <= ctx.clock():
        raise CannotPublish(f"ends_on: {authored.ends_on} is over already in {authored.zone}")
    if (what := await staff_texts.foreign(ctx, authored.texts)) is not None:
        raise LeadsElsewhere(what)
    async with ctx.db.write() as conn:
        if await switches.payments_paused(conn):
            raise PaymentsPaused("all payments are paused: resume them first, under Payments in the staff's chat")
        before = await campaign_rows.by_slug(conn, authored.slug)
        if before is not None and before.authored.currency != authored.currency:
            raise CannotPublish("currency: a campaign keeps the currency it was opened with")
        authored = _with_minimum(authored, before)
        extended = before is not None and (before.extended or _is_later(end, before.ends_at))
        campaign = await campaign_rows.publish(conn, authored, end, ctx.clock(), extended=extended)
        if before is not None and before.state is CampaignState.PAUSED:  # a correction is no word to go on
            await campaign_rows.set_state(conn, campaign.id, CampaignState.OPEN, CampaignState.PAUSED)
            campaign = replace(campaign, state=CampaignState.PAUSED, version=campaign.version + 1)
        if picture is not None:
            await campaign_rows.set_picture(conn, campaign.id, picture)
        await campaign_rows.set_milestones(conn, campaign.id, thresholds(authored), campaign.raised.minor, ctx.clock())
        await log_action(ctx, conn, person, "campaign.published", campaign=campaign.slug, anew=before is not None)
    await links.ensure_suggested(ctx, campaign)
    if before is not None and before.least < campaign.least:
        await links.switch_off_small(ctx, campaign)
        await own_links.close_small(ctx, campaign)
    return campaign


def _with_minimum(authored: Authored, before: Campaign | None) -> Authored:
    """Return it with the least gift of its own, or else the one it had, or for a new campaign the usual one.

    Raises CannotPublish where its amounts start below that.
    """
    if authored.minimum_minor is not None:
        return authored
    least = usual_minimum(authored.currency).minor if before is None else before.authored.minimum_minor
    if least is not None and authored.amounts[0] < least:
        raise CannotPublish(f"amounts: they start below the least gift ({least} minor units); set minimum_minor")
    return authored.model_copy(update={"minimum_minor": least})


def _is_later(end: datetime | None, before: datetime | None) -> bool:
    """Whether an end that was promised has moved to a later day; taking it away is no new day to name."""
    return end is not None and before is not None and end > before


async def find(ctx: Context, slug: str) -> Campaign | None:
    """The campaign of that name, open or not."""
    async with ctx.db.read() as conn:
        return await campaign_rows.by_slug(conn, slug)


async def own_picture(ctx: Context, campaign: Campaign) -> bytes | None:
    """The picture that the campaign brought, where it has one."""
    async with ctx.db.read() as conn:
        return await campaign_rows.picture(conn, campaign.id)


async def pause(ctx: Context, campaign: Campaign, person: Member | None = None) -> bool:
    """Ask nobody for now; False where it was not open. Its links stay: a gift from an old chat is taken, on time."""
    return await _move(ctx, campaign, CampaignState.OPEN, CampaignState.PAUSED, person, "campaign.paused")


async def resume(ctx: Context, campaign: Campaign, person: Member | None = None) -> bool:
    """Go on, with the same links; False where it was not paused."""
    return await _move(ctx, campaign, CampaignState.PAUSED, CampaignState.OPEN, person, "campaign.resumed")


async def _move(
    ctx: Context, campaign: Campaign, before: CampaignState, after: CampaignState, person: Member | None, act: str
) -> bool:
    async with ctx.db.write() as conn:
        if after is CampaignState.OPEN and await switches.payments_paused(conn):
            return False
        moved = await campaign_rows.set_state(conn, campaign.id, before, after)
        if moved:
            await log_action(ctx, conn, person, act, campaign=campaign.slug)
    return moved


async def close(ctx: Context, campaign: Campaign, person: Member | None = None) -> None:
    """End a campaign: first its links at Stripe, so that a crash in between is mended by the next tick."""
    await links.switch_off(ctx, campaign)
    async with ctx.db.write() as conn:
        await campaign_rows.close(conn, campaign.id, ctx.clock())
        await log_action(ctx, conn, person, "campaign.closed", campaign=campaign.slug)
        await monthly_news.campaign_closed(ctx, conn, campaign)
    await monthly_news.ask_donors_of_closed(ctx)
    with suppress(GatewayError):  # it is closed; `links.mend` tries again
        await links.switch_off(ctx, campaign)  # what was made in between
    await own_links.close_campaign(ctx, campaign)


async def close_what_is_due(ctx: Context) -> int:
    """Close the campaigns whose end has come; how many. Run by the schedule.

    What is closed stays closed, so Stripe is asked first whether it really is that late. One whose links cannot be
    switched off now is tried again, and keeps no other open. Raises GatewayError in an outage.
    """
    async with ctx.db.read() as conn:
        due = await campaign_rows.by_ids(conn, await campaign_rows.due_to_close(conn, ctx.clock()))
    if due and not await clock_check.ask(ctx):
        return 0

    async def one(campaign: Campaign) -> bool:
        await close(ctx, campaign)
        return True

    return await each_at_stripe(ctx, "campaign ends", due.values(), one, name=lambda campaign: campaign.slug)


async def post(ctx: Context, platform: Platform, campaign: Campaign, place: str, locales: str) -> PostedCard:
    """Post a campaign's card into a channel or group; from then on it follows the campaign's total.

    Raises Unreachable or Rejected where the bot may not post there.
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
    drawn = await shared_card(ctx, campaign, platform.name, locales, card.id)
    ref = await platform.post(place, drawn, nonce=str(card.id))
    async with ctx.db.write() as conn:
        await posted.shown(conn, card.id, ref.chat_id, ref.message_id, campaign.version, ctx.clock())
    return card
