"""The overview: what staff should see in ten seconds. One reading for chat, terminal, picture and digest."""

from datetime import date

from bot.domain import shares
from bot.domain.broadcasts import BroadcastState
from bot.domain.campaigns import Campaign
from bot.domain.giving_days import AGAIN_WITHIN
from bot.domain.lateral import Scope
from bot.domain.periods import Period, Span, before, last_year, period_of, so_far
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import notices
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import refunds
from bot.store.referrals import figures as referral_figures
from bot.store.reports import totals
from bot.usecases.broadcasts import corrections
from bot.usecases.context import Context, local_day, midnight
from bot.usecases.core.cases import UNANSWERED_FOR
from bot.usecases.money import offline
from bot.usecases.reports import payouts
from bot.usecases.reports.payouts import InTheBank
from content.messages.overview import Amounts, Bank, CampaignFigures, Friends, GaveAgain, Giving, Overview, ToDo
from payments.money import Money

_WAITING = (BroadcastState.APPROVAL, BroadcastState.HELD)


async def read(ctx: Context, period: Period, campaign: Campaign | None = None) -> Overview:
    """Return the figures of a period, for one campaign or all, with what is current whatever the period.

    A period that is not over is compared with as many days of the one before.
    """
    today, campaign_id = local_day(ctx, ctx.clock()), None if campaign is None else campaign.id
    week = so_far(period_of(Span.WEEK, today), today)
    week_before, shown = before(week), so_far(period, today)
    assert week_before is not None  # a week has bounds
    async with ctx.db.snapshot() as conn:
        begun = await totals.first_day(conn)
        earlier = [one for one in (before(shown), last_year(shown)) if one is not None]
        compared = [
            await giving(conn, one, campaign_id) if begun and one.since and one.since >= begun else None
            for one in earlier
        ]
        return Overview(
            day=today,
            todo=await todo(ctx, conn),
            campaigns=await _campaigns(ctx, conn, today, campaign),
            week=await giving(conn, week, campaign_id),
            week_before=await giving(conn, week_before, campaign_id),
            giving=await giving(conn, shown, campaign_id),
            friends=await _friends(ctx, conn, shown, campaign_id),
            again=await _gave_again(conn, shown, today) if campaign is None else GaveAgain(donors=0, again=0),
            bank=await _bank(ctx, conn) if campaign is None else (),
            campaign=None if campaign is None else campaign.authored,
            before=compared[0] if compared else None,
            last_year=compared[1] if len(compared) > 1 else None,
        )


async def giving(conn: Connection, period: Period, campaign_id: int | None = None) -> Giving:
    """Return what was given in a period, and by how many."""
    each = totals.by_currency(await totals.amounts(conn, period, campaign_id))
    donors = await totals.donors(conn, period, campaign_id) if each else 0
    return Giving(
        first=period.since,
        last=period.last,
        donors=donors,
        new=await totals.new_donors(conn, period, campaign_id) if donors else 0,
        known_gifts=sum(found.known for found in each),
        amounts=tuple(_amounts(found) for found in each),
    )


def _amounts(found: totals.Total) -> Amounts:
    def money(minor: int) -> Money:
        return Money(minor, found.currency)

    return Amounts(
        gifts=found.gifts,
        total=money(found.minor),
        average=money(found.average),
        median=money(found.median),
        outside=money(found.offline),
        by_invite=(found.by_invite[0], money(found.by_invite[1])),
    )


async def todo(ctx: Context, conn: Connection) -> ToDo:
    """Return what waits for the team now."""
    cases = await gifts.open_cases(conn)
    disputes = [case for case in cases if case["kind"] == "dispute"]
    due = [case["due_at"] for case in disputes if case["due_at"] is not None]
    return ToDo(
        messages=await notices.unanswered(conn, ctx.clock() - UNANSWERED_FOR),
        reports=len(cases) - len(disputes),
        disputes=len(disputes),
        due_on=local_day(ctx, min(due)) if due else None,
        approvals=await _approvals(conn),
    )


async def _approvals(conn: Connection) -> int:
    """Count what awaits somebody's yes: broadcasts and milestones, corrections, refunds and gifts outside Stripe."""
    posts = len(await broadcasts.in_states(conn, _WAITING)) + await corrections.awaiting_second(conn)
    return posts + await refunds.waiting(conn) + await offline.waiting(conn)


async def _campaigns(ctx: Context, conn: Connection, today: date, only: Campaign | None) -> tuple[CampaignFigures, ...]:
    offline = await totals.offline_by_campaign(conn)
    shown = await campaign_rows.open_campaigns(conn, ctx.clock()) if only is None else [only]
    return tuple(
        CampaignFigures(
            campaign=campaign.authored,
            raised=campaign.raised,
            goal=campaign.goal,
            outside=Money(offline.get(campaign.id, 0), campaign.goal.currency),
            days_left=max(0, (campaign.last_day - today).days + 1) if campaign.last_day else None,
        )
        for campaign in shown
    )


async def _bank(ctx: Context, conn: Connection) -> tuple[Bank, ...]:
    return tuple(_payouts(found) for found in (await payouts.in_the_bank(ctx, conn)).values())


def _payouts(found: InTheBank) -> Bank:
    last, coming = found.last, found.next
    return Bank(
        last=last.payout.money if last else None,
        last_on=last.payout.arrives_on if last else None,
        gifts=last.parts.gifts if last and last.parts else None,
        coming=coming.money if coming else found.at_stripe,
        coming_on=coming.arrives_on if coming else None,
    )


async def _friends(ctx: Context, conn: Connection, period: Period, campaign_id: int | None) -> Friends:
    since = midnight(ctx, period.since) if period.since else None
    until = midnight(ctx, period.until) if period.until else None
    found = await referral_figures.referral_counts(conn, Scope(since=since, until=until, campaign_id=campaign_id))
    return Friends(came=found.known, gave=found.gave)


async def _gave_again(conn: Connection, period: Period, today: date) -> GaveAgain:
    """Count those who first gave, to any campaign, in the period and long enough ago."""
    old_enough = today - AGAIN_WITHIN
    if period.since is not None and period.since >= old_enough:
        return GaveAgain(donors=0, again=0)
    until = old_enough if period.until is None else min(period.until, old_enough)
    donors, again = await totals.again(conn, Period(since=period.since, until=until))
    if donors < shares.FEWEST:
        return GaveAgain(donors=donors, again=again)
    low, high = (round(100 * bound) for bound in shares.interval(again, donors))
    return GaveAgain(donors=donors, again=again, percent=round(100 * again / donors), low=low, high=high)
