"""Milestones: each is announced once, when the ledger has crossed it, whatever happens in between.

The gift's own transaction marks what it crosses; a refund that goes back below unmarks nothing. Here the crossed are
handed on: `submit` makes the broadcast, and must make only one for the same `once_key`, so that a crash between it and
our mark repeats nothing. `to_places` is the one that is used: a post in channels and groups, which staff approve first.
Its words are made when it is sent, so that « il ne manque que 120 $ » is true then.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import groupby

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.people import Locale
from bot.domain.staff import Member, Role
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.campaigns import Crossed
from bot.store.core import switches
from bot.usecases.broadcasts.plan import CannotSend, Spec, begins_at
from bot.usecases.broadcasts.plan import submit as submit_broadcast
from bot.usecases.context import Context
from bot.usecases.core.isolate import each
from bot.usecases.giving.campaign_cards import standing
from content.broadcast import Message
from content.campaign import Milestone
from content.catalog import LOCALES
from content.messages.campaigns import MilestoneView, milestone_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One milestone that is to be announced."""

    campaign: Campaign
    threshold_minor: int
    once_key: str
    at_once: bool  # without asking staff
    texts: Mapping[Locale, str]  # as they would read now; made anew by `texts` when it is sent


log = logging.getLogger(__name__)

Submit = Callable[[Context, Announcement], Awaitable[None]]
_OBOLE = Member(id=0, platform="telegram", external_id="", role=Role.EDITOR, label="Obole", locale="fr")


async def tick(ctx: Context) -> int:
    """Announce what was crossed since; how many milestones. Run by the schedule."""
    return await announce(ctx, to_places)


async def to_places(ctx: Context, new: Announcement) -> None:
    """Make the broadcast of one milestone: where the campaign's cards stand, else in all places that take posts.

    Where there is no place nothing is said. At once means after the countdown, in which any editor can stop it.
    """
    async with ctx.db.read() as conn:
        public = await places.of_purpose(conn, places.PUBLIC)
        chats = await posted.chats(conn, new.campaign.id)
    there = [place.id for place in public if (place.platform, place.chat_id) in chats]
    where = tuple(there or [place.id for place in public])
    if not where:
        return
    spec = Spec(
        campaign_id=new.campaign.id,
        message=Message(
            template="milestone",
            threshold_minor=new.threshold_minor,
            amounts=new.campaign.is_open(begins_at(ctx, None)),  # reached in the last minutes: news, and no ask
        ),
        segment=None,
        places=where,
        kind="milestone",
        once_key=new.once_key,
    )
    await submit_broadcast(ctx, _OBOLE if new.at_once else None, spec)


async def announce(ctx: Context, submit: Submit) -> int:
    """Hand on every crossed milestone once; how many. Run by the schedule. Nothing moves while all is frozen.

    Of several that one campaign has crossed, the highest speaks for all. A closed or paused campaign announces
    nothing: it would ask. What it has crossed waits while it rests, and is let go where it is closed.
    """
    async with ctx.db.read() as conn:
        if await switches.is_frozen(conn):
            return 0
        crossed = await campaign_rows.to_announce(conn)
        campaigns = await campaign_rows.by_ids(conn, {c.campaign_id for c in crossed})
        turned = await switches.read(conn, switches.MILESTONES_AT_ONCE)
    groups = [(number, list(group)) for number, group in groupby(crossed, key=lambda c: c.campaign_id)]
    at_once = turned is not None and turned.on

    async def one(group: tuple[int, list[Crossed]]) -> int:
        return await _of_campaign(ctx, submit, campaigns[group[0]], group[1], at_once)

    return await each(ctx, "milestones", groups, one, name=lambda group: campaigns[group[0]].slug)


async def _of_campaign(ctx: Context, submit: Submit, campaign: Campaign, crossed: list[Crossed], all_now: bool) -> int:
    if campaign.state is CampaignState.PAUSED:
        return 0
    wanted = [c.threshold_minor for c in crossed if _announced(campaign, c.threshold_minor)]
    speaks = bool(wanted) and campaign.is_open(ctx.clock())
    if speaks:
        try:
            await submit(ctx, announcement(ctx, campaign, wanted[0], at_once=all_now))
        except CannotSend as why:  # a place was lost, or all was frozen, this very moment; it holds up no other
            log.warning("a milestone of %s waits: %s", campaign.slug, why.kind)
            return 0
    async with ctx.db.write() as conn:
        await campaign_rows.announced(conn, campaign.id, crossed[0].threshold_minor, ctx.clock())
    return int(speaks)


def _announced(campaign: Campaign, threshold_minor: int) -> bool:
    found = milestone(campaign, threshold_minor)
    return found is not None and found.announce != "never"


def announcement(ctx: Context, campaign: Campaign, threshold_minor: int, *, at_once: bool = False) -> Announcement:
    """The announcement of one milestone, with its figures of now."""
    authored = milestone(campaign, threshold_minor)
    return Announcement(
        campaign=campaign,
        threshold_minor=threshold_minor,
        once_key=f"{campaign.id}:{threshold_minor}",
        at_once=at_once or (authored is not None and authored.announce == "at_once"),
        texts=texts(ctx, campaign, threshold_minor),
    )


def milestone(campaign: Campaign, threshold_minor: int) -> Milestone | None:
    """The milestone that lies there; None where its authors have moved it or taken it away."""
    goal = campaign.authored.goal_minor
    return next((m for m in campaign.authored.milestones if m.threshold(goal) == threshold_minor), None)


def texts(ctx: Context, campaign: Campaign, threshold_minor: int) -> Mapping[Locale, str]:
    """What the announcement says in each language, with the figures of the campaign as it is given here."""
    view = MilestoneView(
        campaign=campaign.authored, milestone=milestone(campaign, threshold_minor), standing=standing(campaign)
    )
    return {locale: milestone_text(ctx.catalog, locale, view) for locale in LOCALES}
