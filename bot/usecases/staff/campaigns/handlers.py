"""Handlers to list, show, pause, resume and close campaigns.

Buttons: `cl` (list), `cv:<id>` (show one, also for viewers), `ca:<id>:<what>`.
"""

import logging
from datetime import datetime

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.giving.campaign_cards import progress_of
from bot.usecases.reply import Reply
from bot.usecases.staff.campaigns import edit
from content.cards import Tap
from content.messages import campaigns as messages
from payments.stripe import GatewayError

log = logging.getLogger(__name__)
_SHOWN = 8  # campaigns in the list, newest first


async def campaigns(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/collectes`: list campaigns, newest first."""
    return await _list(ctx, person)


async def listed(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `cl`: show the list in place of the tapped card."""
    reply = await _list(ctx, person)
    return Reply(card=reply.card, mode="edit")


async def shown(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `cv:<id>`: show a campaign in place of the tapped card."""
    campaign = await _find(ctx, argument)
    if campaign is None:
        return await listed(ctx, contact, person, "")
    return await _shown(ctx, person, campaign.id, None)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `ca:<id>` (show), `ca:<id>:<pause|resume|close>` (ask to confirm) and `...!` (do it)."""
    campaign_id, _, choice = argument.partition(":")
    campaign = await _find(ctx, campaign_id)
    if campaign is None:
        return await listed(ctx, contact, person, "")
    if choice == "edit":
        return await edit.change(ctx, person, campaign)
    if choice in ("pause", "resume", "close"):
        card = messages.confirm_change(
            ctx.catalog,
            person.locale,
            campaign=campaign.authored,
            what=choice,
            yes=_tap(campaign, choice + "!"),
            no=_seen(campaign),
        )
        return Reply(card=card, mode="edit")
    outcome = await _do(ctx, person, campaign, choice)
    return await _shown(ctx, person, campaign.id, outcome)


async def _do(ctx: Context, person: Member, campaign: Campaign, choice: str) -> messages.ChangeFeedback | None:
    """Carry out a confirmed action; return its outcome for the card, or None if `choice` names no action."""
    if choice == "pause!":
        return "done" if await publish.pause(ctx, campaign, person) else "stale"
    if choice == "resume!":
        return "done" if await publish.resume(ctx, campaign, person) else "stale"
    return await _close(ctx, person, campaign) if choice == "close!" else None


async def _close(ctx: Context, person: Member, campaign: Campaign) -> messages.ChangeFeedback:
    if campaign.state is CampaignState.CLOSED:
        return "stale"
    try:
        await publish.close(ctx, campaign, person)
    except GatewayError as error:
        log.warning("%s cannot be closed: %s", campaign.slug, error)
        return "failed"
    return "done"


async def _list(ctx: Context, person: Member) -> Reply:
    async with ctx.db.read() as conn:
        newest = (await campaign_rows.all_campaigns(conn))[:_SHOWN]
    rows = tuple(_row(ctx, campaign) for campaign in newest)
    new = Tap(action="cd:new") if person.role.may(Role.EDITOR) else None
    return Reply(card=messages.campaign_list(ctx.catalog, person.locale, rows, new))


async def _shown(ctx: Context, person: Member, campaign_id: int, feedback: messages.ChangeFeedback | None) -> Reply:
    campaign = await _find(ctx, str(campaign_id))
    assert campaign is not None
    row = _row(ctx, campaign)
    offers: tuple[str, ...] = {
        "open": ("edit", "pause", "close"),
        "paused": ("edit", "resume", "close"),
        "closed": (),
    }[row.state]
    edits = person.role.may(Role.EDITOR)
    view = messages.CampaignView(
        row=row,
        feedback=feedback,
        offers=tuple((choice, _tap(campaign, choice)) for choice in offers if edits),
        places=Tap(action=f"pp:{campaign.id}") if edits else None,
        match=Tap(action=f"ma:c{campaign.id}") if edits else None,
        news=Tap(action=f"bc:new:{campaign.id}") if edits else None,
        back=Tap(action="cl"),
    )
    return Reply(card=messages.campaign_view(ctx.catalog, person.locale, view), mode="edit")


def _row(ctx: Context, campaign: Campaign) -> messages.CampaignRow:
    return messages.CampaignRow(
        campaign=campaign.authored,
        state=_state(campaign, ctx.clock()),
        progress=progress_of(campaign),
        gifts=campaign.gift_count,
        offline=campaign.offline,
        ends_on=campaign.last_day,
        tap=_seen(campaign),
    )


def _state(campaign: Campaign, now: datetime) -> messages.State:
    if campaign.state is CampaignState.PAUSED:
        return "paused"
    return "open" if campaign.is_open(now) else "closed"


def _seen(campaign: Campaign) -> Tap:
    return Tap(action=f"cv:{campaign.id}")


def _tap(campaign: Campaign, choice: str) -> Tap:
    return Tap(action=f"ca:{campaign.id}:{choice}")


async def _find(ctx: Context, name: str) -> Campaign | None:
    campaign_id = read_id(name)
    if campaign_id is None:
        return None
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
