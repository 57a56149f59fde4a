"""Milestones: each one crossed is announced once.

The gift's transaction marks the milestones it crosses; a refund that takes the total below clears no mark. Here, each
crossed milestone is passed to `submit`, which creates at most one broadcast for a `once_key`, so that a crash between
that and the mark repeats nothing. In production it is `to_places`: a post in channels and groups that staff approve
first. Its text is rendered when it is sent, so that « il ne manque que 120 $ » is true at that moment.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.late import is_late
from bot.domain.people import Locale
from bot.domain.staff import Member, Role
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.campaigns import CrossedMilestone
from bot.store.core import switches
from bot.usecases.broadcasts.plan import CannotSend, Spec, begins_at
from bot.usecases.broadcasts.plan import submit as submit_broadcast
from bot.usecases.context import Context
from bot.usecases.core import late
from bot.usecases.core.isolate import each
from bot.usecases.giving.campaign_cards import progress_of
from content.broadcast import Message
from content.campaign import Milestone
from content.catalog import LOCALES
from content.messages.campaigns import MilestoneView, milestone_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One milestone to announce."""

    campaign: Campaign
    threshold_minor: int
    once_key: str
    at_once: bool  # without approval by staff
    texts: Mapping[Locale, str]  # as they would read now; `texts` renders them again when it is sent


log = logging.getLogger(__name__)

Submit = Callable[[Context, Announcement], Awaitable[None]]
_OBOLE = Member(id=0, platform="telegram", external_id="", role=Role.EDITOR, label="Obole", locale="fr")


async def tick(ctx: Context) -> int:
    """Announce newly crossed milestones; return how many. A recurring job."""
    return await announce(ctx, to_places)


async def to_places(ctx: Context, new: Announcement) -> None:
    """Create the broadcast for one milestone, into the places with the campaign's cards or else all public places.

    Without any place, nothing is announced. "At once" means after the countdown, during which any editor can stop it.
    """
    async with ctx.db.read() as conn:
        public = await places.of_purpose(conn, places.PUBLIC)
        chats = await posted.chats(conn, new.campaign.id)
    with_card = [place.id for place in public if (place.platform, place.chat_id) in chats]
    place_ids = tuple(with_card or [place.id for place in public])
    if not place_ids:
        return
    spec = Spec(
        campaign_id=new.campaign.id,
        message=Message(
            template="milestone",
            threshold_minor=new.threshold_minor,
            amounts=new.campaign.is_open(begins_at(ctx, None)),  # no ask if it ends before the post leaves
        ),
        segment=None,
        places=place_ids,
        kind="milestone",
        once_key=new.once_key,
    )
    await submit_broadcast(ctx, _OBOLE if new.at_once else None, spec)


async def announce(ctx: Context, submit: Submit) -> int:
    """Submit every crossed milestone once; return how many. Does nothing while sending is frozen.

    If a campaign crossed several, only the highest is announced. Closed and paused campaigns announce nothing, since
    the post would ask for gifts: milestones of a paused one wait, those of a closed one are dropped. A late one waits
    for approval, even if milestones are announced at once.
    """
    async with ctx.db.read() as conn:
        if await switches.is_frozen(conn):
            return 0
        crossed = await campaign_rows.unannounced_milestones(conn)
        campaigns = await campaign_rows.by_ids(conn, {c.campaign_id for c in crossed})
        at_once = await switches.is_on(conn, switches.MILESTONES_AT_ONCE)
    groups = [(number, list(group)) for number, group in groupby(crossed, key=lambda c: c.campaign_id)]

    async def announce_group(group: tuple[int, list[CrossedMilestone]]) -> int:
        return await _of_campaign(ctx, submit, campaigns[group[0]], group[1], at_once)

    return await each(ctx, "milestones", groups, announce_group, name=lambda group: campaigns[group[0]].slug)


async def _of_campaign(
    ctx: Context, submit: Submit, campaign: Campaign, crossed: list[CrossedMilestone], at_once: bool
) -> int:
    if campaign.state is CampaignState.PAUSED:
        return 0
    wanted = [c.threshold_minor for c in crossed if _is_announced(campaign, c.threshold_minor)]
    announces = bool(wanted) and campaign.is_open(ctx.clock())
    if announces:
        try:
            new = announcement(ctx, campaign, wanted[0], at_once=at_once)
            if await _may_be_old(ctx, crossed[0].crossed_at):
                new = replace(new, at_once=False)
            await submit(ctx, new)
        except CannotSend as error:  # a place was lost or sending was frozen just now; other campaigns go on
            log.warning("a milestone of %s waits: %s", campaign.slug, error.kind)
            return 0
    async with ctx.db.write() as conn:
        await campaign_rows.mark_announced(conn, campaign.id, crossed[0].threshold_minor, ctx.clock())
    return int(announces)


async def _may_be_old(ctx: Context, crossed_at: datetime) -> bool:
    """Return whether it was crossed more than an hour ago, or before a backup was put in place."""
    async with ctx.db.read() as conn:
        return is_late(crossed_at, ctx.clock()) or await late.is_before_restore(conn, crossed_at, ctx.clock())


def _is_announced(campaign: Campaign, threshold_minor: int) -> bool:
    authored = milestone(campaign, threshold_minor)
    return authored is not None and authored.announce != "never"


def announcement(ctx: Context, campaign: Campaign, threshold_minor: int, *, at_once: bool = False) -> Announcement:
    """Return the announcement of one milestone with current figures."""
    authored = milestone(campaign, threshold_minor)
    return Announcement(
        campaign=campaign,
        threshold_minor=threshold_minor,
        once_key=f"{campaign.id}:{threshold_minor}",
        at_once=at_once or (authored is not None and authored.announce == "at_once"),
        texts=texts(ctx, campaign, threshold_minor),
    )


def milestone(campaign: Campaign, threshold_minor: int) -> Milestone | None:
    """Return the authored milestone at that threshold; None if staff moved or removed it."""
    goal = campaign.authored.goal_minor
    return next((m for m in campaign.authored.milestones if m.threshold(goal) == threshold_minor), None)


def texts(ctx: Context, campaign: Campaign, threshold_minor: int) -> Mapping[Locale, str]:
    """Return the announcement in each language, with the figures of the given campaign."""
    view = MilestoneView(
        campaign=campaign.authored, milestone=milestone(campaign, threshold_minor), progress=progress_of(campaign)
    )
    return {locale: milestone_text(ctx.catalog, locale, view) for locale in LOCALES}
